"""A closed month is corrected at its own rate of tax, and by the rules that it was closed by."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from billing_portal.common.periods import Month
from invoices.models import BillItem, BillItemTotal
from invoices.rating import presence, registry
from invoices.rating.facts import Facts
from invoices.rating.quantities.usage_sum import usage_sum
from invoices.rating.registry import rule
from invoices.rating.tariff import Item
from invoices.services.verification import closed_bills, faults_of
from tests import factories
from tests.invoices.bills import late, shop
from tests.invoices.bills.late import NOVEMBER

SEPTEMBER, OCTOBER = Month(2019, 9), Month(2019, 10)
LIKE_NOW = {"basic": "10", "data": "1"}


@pytest.fixture(autouse=True)
def _registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Versions that a test registers are forgotten after it."""
    known = {name: dict(versions) for name, versions in registry._VERSIONS.items()}
    monkeypatch.setattr(registry, "_VERSIONS", known)


def doubled(item: Item, facts: Facts) -> pl.DataFrame:
    """All usage counts twice."""
    found: pl.DataFrame = usage_sum(item, facts)
    return found.with_columns(pl.col("quantity") * 2)


def test_late_usage_of_a_month_before_the_tax_was_raised_bears_the_old_rate() -> None:
    factories.tax_rate(since=date(2014, 4, 1), rate=Decimal("0.08"))
    for item in BillItem.objects.all():
        factories.price(item=item, unit_price=LIKE_NOW[item.code], since=SEPTEMBER.first_day)
    account = factories.account(key="ACME", since=SEPTEMBER.first_day)
    shop.sim(account, since=SEPTEMBER.start)
    late.close(SEPTEMBER)
    late.use(account, 1000, at=SEPTEMBER.start + timedelta(days=9))
    late.close(OCTOBER)
    bill = shop.bill_of(account, OCTOBER)
    total = BillItemTotal.objects.get(bill=bill, code="data")
    assert (total.corrects, total.tax_date) == (SEPTEMBER, SEPTEMBER.last_day)
    assert (int(bill.net), bill.tax_minor) == (310 + 1000, 31 + 80)


@pytest.mark.parametrize("since", ["2026-11", "2026-01"])
def test_a_closed_month_is_corrected_by_the_rules_it_was_closed_by(since: str) -> None:
    account = shop.customer("ACME", used=5)
    shop.end_month()
    rule("sum", version=2, since=since, applies=presence.used)(doubled)
    late.use(account, 3)
    shop.use(late.device(account), account, 4, at=NOVEMBER.start)
    late.close(NOVEMBER)
    assert late.lines(account, NOVEMBER) == [("20261010", "data", 1, 3)]
    assert shop.bill_of(account, NOVEMBER).net == 300 + 8 + 3
    assert [fault for bill in closed_bills() for fault in faults_of(bill)] == []
