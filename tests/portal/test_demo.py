"""`manage.py demo`: a believable seller, made by the services and the intake that users have."""

import hashlib
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count

from accounts.models import Account, AuditEntry, Membership, User
from billing_portal.common.periods import Month
from billing_portal.management.demo.logins import demo_logins
from invoices.models import BillingProfile, BillItem, Card, Issuer, Price
from tests import factories
from usage.models import (
    AccountMonth,
    Campaign,
    Device,
    DeviceLabel,
    DeviceOption,
    DeviceOwner,
    DeviceStatus,
    Import,
    QuotaEntry,
    QuotaLedger,
    ServicePackage,
    UsageRecord,
)

CLOCK = "2026-11-04T10:00:00Z"
HISTORIES = (DeviceStatus, DeviceOption, DeviceOwner, DeviceLabel)
EVERYTHING = (
    *(Account, User, Membership, AuditEntry, Issuer, BillingProfile, BillItem, Price, Card),
    *(Device, *HISTORIES, Import, UsageRecord),
    *(ServicePackage, Campaign, QuotaEntry),
)


class Undone(Exception):
    """Takes a whole demonstration back."""


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any, db: None) -> Path:
    monkeypatch.setenv("MEISAI_CLOCK", CLOCK)
    settings.VAR_DIR = tmp_path
    return tmp_path / "demo"


def demo(*arguments: str) -> str:
    told = StringIO()
    call_command("demo", *arguments, stdout=told)
    return told.getvalue()


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


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


def rows() -> dict[str, int]:
    versions = {"versions": sum(AccountMonth.objects.values_list("version", flat=True))}
    return versions | {model.__name__: model._default_manager.count() for model in EVERYTHING}


@pytest.mark.once
def test_two_databases_get_the_same_files_facts_and_devices(folder: Path) -> None:
    made = []
    for _database in range(2):
        try:
            with transaction.atomic():
                demo()
                made.append((hashes(folder), facts(), points()))
                raise Undone
        except Undone:
            shutil.rmtree(folder)
    assert made[0] == made[1]
    assert len(made[0][1]) > 10_000


def test_a_second_run_changes_nothing(folder: Path) -> None:
    demo()
    before = (rows(), hashes(folder))
    demo()
    assert (rows(), hashes(folder)) == before
    shutil.rmtree(folder)
    demo()
    last = Import.objects.order_by("-pk")[: len(before[1])]
    assert {(one.accepted, one.late) for one in last} == {(0, 0)}
    assert sum(one.duplicate for one in last) > 10_000
    assert hashes(folder) == before[1]


@pytest.mark.once
def test_the_customers_differ_as_customers_do() -> None:
    demo("--month", "2026-11")
    owned = Device.objects.values("coverage").annotate(n=Count("pk")).order_by("coverage")
    assert {one["coverage"]: one["n"] for one in owned} == {"global": 90, "japan": 288}
    pairs = AccountMonth.objects.filter(month=Month(2026, 10)).values_list(
        "account__key", "coverage"
    )
    assert set(pairs) == {
        ("REIJI", "japan"),
        ("SAMPLEFARM", "japan"),
        ("EXFLEET", "global"),
        ("KAKUU", "japan"),
        ("KAKUU", "global"),
        ("HINAGATA", "japan"),
    }
    assert set(BillingProfile.objects.values_list("language", flat=True)) == {"ja", "en"}
    cards = Card.objects.order_by("account__key", "slot").values_list("account__key", "last4")
    assert list(cards) == [("EXFLEET", "0002"), ("EXFLEET", "1111"), ("SAMPLEFARM", "4242")]


@pytest.mark.once
def test_everybody_can_sign_in_with_the_password_that_is_printed() -> None:
    told = demo()
    for login in demo_logins():
        person = User.objects.get(email=login.email)
        assert person.check_password(login.password)
        assert person.is_staff == (not login.account)
        assert f"{login.email:28} {login.password}" in told


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


def test_campaigns_use_what_the_facts_say_and_give_back_the_rest() -> None:
    demo()
    used = dict(Campaign.objects.values_list("name", "updated"))
    assert used.pop("配車センター 5.2") is None
    assert all(number and number > 3 for number in used.values())
    for quota in QuotaLedger.objects.all():
        amounts = QuotaEntry.objects.filter(ledger=quota).values_list("amount", flat=True)
        assert quota.balance == sum(amounts) > 0
