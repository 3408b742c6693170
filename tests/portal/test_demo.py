"""`manage.py demo`: a believable seller, made by the services and the intake that users have."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db.models import Count
from pytest_django import DjangoDbBlocker

from accounts.models import Account, AuditEntry, Membership, User
from billing_portal.common.periods import Month
from billing_portal.management.demo.logins import demo_logins
from invoices.models import BillingProfile, BillItem, Card, Issuer, Price
from tests import once
from tests.portal.demos import demo, hashes, place
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

pytestmark = pytest.mark.django_db

HISTORIES = (DeviceStatus, DeviceOption, DeviceOwner, DeviceLabel)
EVERYTHING = (
    *(Account, User, Membership, AuditEntry, Issuer, BillingProfile, BillItem, Price, Card),
    *(Device, *HISTORIES, Import, UsageRecord),
    *(ServicePackage, Campaign, QuotaEntry),
)


@dataclass(frozen=True, slots=True)
class Made:
    told: str
    folder: Path


@pytest.fixture(scope="module", autouse=True)
def made(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Made]:
    """The demonstration, and what the command told."""
    with place(tmp_path_factory.mktemp("var")) as folder, once.rows(django_db_blocker):
        yield Made(demo(), folder)


def rows() -> dict[str, int]:
    versions = {"versions": sum(AccountMonth.objects.values_list("version", flat=True))}
    return versions | {model.__name__: model._default_manager.count() for model in EVERYTHING}


def test_a_second_run_changes_nothing(made: Made) -> None:
    before = (rows(), hashes(made.folder))
    demo()
    assert (rows(), hashes(made.folder)) == before
    shutil.rmtree(made.folder)
    demo()
    last = Import.objects.order_by("-pk")[: len(before[1])]
    assert {(one.accepted, one.late) for one in last} == {(0, 0)}
    assert sum(one.duplicate for one in last) > 10_000
    assert hashes(made.folder) == before[1]


@pytest.mark.once
def test_the_customers_differ_as_customers_do() -> None:
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
def test_everybody_can_sign_in_with_the_password_that_is_printed(made: Made) -> None:
    for login in demo_logins():
        person = User.objects.get(email=login.email)
        assert person.check_password(login.password)
        assert person.is_staff == (not login.account)
        assert f"{login.email:28} {login.password}" in made.told


def test_campaigns_use_what_the_facts_say_and_give_back_the_rest() -> None:
    used = dict(Campaign.objects.values_list("name", "updated"))
    assert used.pop("配車センター 5.2") is None
    assert all(number and number > 3 for number in used.values())
    for quota in QuotaLedger.objects.all():
        amounts = QuotaEntry.objects.filter(ledger=quota).values_list("amount", flat=True)
        assert quota.balance == sum(amounts) > 0
