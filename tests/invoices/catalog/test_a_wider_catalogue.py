"""The catalogue of version 0.1.0 made a month; the one of today takes its place.

`version_0_1_0/` holds the files that version came with. They are never made anew.
"""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.choices import BillState
from invoices.models import Bill, BillItem, BillItemTotal
from invoices.services import verification
from invoices.services.catalog import LoadReport, load_catalog
from tests import document_factories, factories, worlds
from tests.factories import NOW
from tests.invoices.bills import shop
from tests.invoices.bills.conftest import _surroundings
from usage.models import Device

__all__ = ["_surroundings"]

THEN = Path(__file__).parent / "version_0_1_0"
NOVEMBER = Month(2026, 11)
IN_DECEMBER = datetime(2026, 12, 3, 9, tzinfo=UTC)


@pytest.fixture
def october(db: None) -> None:
    """October is closed in both coverages by the catalogue of version 0.1.0."""
    worlds.build(catalogue=THEN)
    shop.end_month(worlds.OCTOBER, now=NOW)
    assert Bill.objects.filter(state=BillState.CLOSED).count() == 4


def load_today() -> LoadReport:
    return load_catalog(path=settings.BASE_DIR / "catalog", actor="test", now=NOW)


@pytest.fixture
def wider(october: None) -> None:
    counts = load_today().counts["prices"]
    assert (counts.changed, counts.unchanged) == (0, 33)


def faults() -> list[object]:
    found = [fault for bill in Bill.objects.all() for fault in verification.faults_of(bill)]
    return [*found, *verification.catalogue_faults()]


def test_the_months_that_are_closed_stay_proven(wider: None) -> None:
    assert BillItem.objects.count() > 60
    assert faults() == []


def test_the_next_month_has_the_new_items(wider: None) -> None:
    document_factories.exchange_rate(day=NOVEMBER.last_day)
    shop.end_month(NOVEMBER, now=IN_DECEMBER)
    rounded = BillItemTotal.objects.filter(code="dataTrafficRoundedUpCharge")
    (total,) = rounded.filter(bill__account__key="CHARLIE")
    used = 2 * (30 * 1_000_003 + 7)  # by each of two SIMs, upload and download
    assert (total.bill.month, total.quantity) == (NOVEMBER, Decimal(2 * (-used % 1024)))
    assert faults() == []


def test_a_parked_account_is_billed_once_its_item_is_there(db: None) -> None:
    """Others have closed October; the new item and its prices, dated before, serve the rest."""
    worlds.build(catalogue=THEN)
    sim = Device.objects.get(key="BRAVO-japan-0")
    meter = factories.meter(code="funk.request", unit="requests")
    bravo = Account.objects.get(key="BRAVO")
    factories.record(device=sim, account=bravo, meter=meter, variant="a-b", quantity=10_000)
    shop.end_month(worlds.OCTOBER, now=NOW)
    assert Bill.objects.filter(state=BillState.CLOSED).count() == 3
    load_today()
    shop.end_month(worlds.OCTOBER, now=NOW, account_keys=["BRAVO"])
    total = BillItemTotal.objects.get(bill__account=bravo, code="soracomFunkRequestCharge")
    assert total.amount == 18
    assert faults() == []
