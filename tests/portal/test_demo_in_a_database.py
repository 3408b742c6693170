"""`manage.py demo` makes the same in each empty database, and nothing in one with customers."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import transaction

from invoices.models import Issuer
from tests import factories
from tests.portal.demos import demo, hashes, place
from usage.models import DeviceLabel, DeviceOption, DeviceOwner, DeviceStatus, UsageRecord

pytestmark = pytest.mark.django_db


class Undone(Exception):
    """Takes a whole demonstration back."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    with place(tmp_path) as folder:
        yield folder


def facts() -> set[tuple[Any, ...]]:
    names = ("event_id", "device__key", "account__key", "meter__code", "variant", "at", "quantity")
    return set(UsageRecord.objects.values_list(*names))


def points() -> list[Any]:
    """Every change of every device, by the keys that people know."""
    values = {
        DeviceStatus: ["status"],
        DeviceOption: ["option", "enabled"],
        DeviceOwner: ["account__key"],
        DeviceLabel: ["tags", "group"],
    }
    return [
        list(model._default_manager.order_by("device__key", "since").values_list(
            "device__key", "since", *names
        ))
        for model, names in values.items()
    ]  # fmt: skip


@pytest.mark.once
def test_two_databases_get_the_same_files_facts_and_devices(folder: Path) -> None:
    made = []
    for month in ((), ("--month", "2026-11")):
        try:
            with transaction.atomic():
                demo(*month)
                made.append((hashes(folder), facts(), points()))
                raise Undone
        except Undone:
            shutil.rmtree(folder)
    assert made[0] == made[1]
    assert len(made[0][1]) > 10_000


def test_a_database_with_other_customers_is_refused() -> None:
    factories.account(key="REAL")
    with pytest.raises(CommandError, match="customers of its own, such as REAL"):
        demo()
    assert not Issuer.objects.exists()


@pytest.mark.parametrize(
    ("month", "complaint"),
    [("2026-12", "2026-12 has not begun"), ("November", "'November' is not a month")],
)
def test_a_month_that_cannot_be_is_refused(month: str, complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint):
        demo("--month", month)
