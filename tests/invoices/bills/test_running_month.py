"""The running month: complete UTC days only, kept as a temporary bill, never past a close."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import Account
from invoices.choices import BillState
from invoices.models import Bill, Invoice
from invoices.services import bills
from invoices.services.bills.evaluation import Evaluation
from tests.factories import MONTH
from tests.invoices.bills import shop
from usage.models import Device


def evaluate(account: Account, now: datetime) -> Evaluation:
    return bills.evaluate(month=MONTH, coverage=shop.JAPAN, account_ids=[account.pk], now=now)


@pytest.mark.parametrize(
    ("now", "net", "through"),
    [
        (datetime(2026, 10, 1, 23, 59, 59, tzinfo=UTC), 0, None),
        (datetime(2026, 10, 2, tzinfo=UTC), 10, date(2026, 10, 1)),
        (datetime(2026, 10, 10, 23, 59, 59, tzinfo=UTC), 90, date(2026, 10, 9)),
        (datetime(2026, 10, 11, tzinfo=UTC), 105, date(2026, 10, 10)),
        (datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC), 305, date(2026, 10, 30)),
        (datetime(2026, 11, 1, tzinfo=UTC), 315, date(2026, 10, 31)),
        (datetime(2026, 12, 1, tzinfo=UTC), 315, date(2026, 10, 31)),
    ],
)
def test_only_complete_utc_days_count(now: datetime, net: int, through: date | None) -> None:
    account = shop.customer("ACME", used=5)
    [bill] = evaluate(account, now).bills
    assert bill.state == BillState.TEMPORARY
    assert (bill.net, bill.through) == (Decimal(net), through)


def test_a_second_evaluation_replaces_the_first() -> None:
    account = shop.customer("ACME", used=5)
    evaluate(account, MONTH.start + timedelta(days=5))
    evaluate(account, MONTH.start + timedelta(days=20))
    bill = Bill.objects.get()
    assert bill.net == 205
    assert {total.name: total.amount for total in bill.item_totals.all()} == {
        "basic": 200,
        "data": 5,
    }
    assert sum(total.amount for total in bill.day_totals.all()) == 205


def test_the_estimate_of_the_whole_month_is_the_bill() -> None:
    account = shop.customer("ACME", used=5)
    [estimate] = evaluate(account, MONTH.end).bills
    shop.end_month()
    bill = shop.bill_of(account)
    names = ("net", "tax_minor", "gross_minor", "line_count", "detail_hash", "tariff_hash")
    for name in names:
        assert getattr(bill, name) == getattr(estimate, name), name


@pytest.mark.parametrize("state", [BillState.PROPOSED, BillState.CLOSED])
def test_an_evaluation_leaves_proposed_and_closed_bills_alone(state: BillState) -> None:
    account = shop.customer("ACME", used=5)
    shop.propose(account)
    if state == BillState.CLOSED:
        shop.close(account)
    before = Bill.objects.values().get()
    shop.use(Device.objects.get(), account, 7)
    assert evaluate(account, MONTH.end).bills == []
    assert Bill.objects.values().get() == before


def test_an_evaluation_issues_nothing() -> None:
    account = shop.customer("ACME", used=5)
    evaluate(account, MONTH.end)
    assert not Invoice.objects.exists()


def test_a_month_that_cannot_be_rated_tells_why_and_writes_nothing() -> None:
    account = shop.customer("ACME")
    shop.use(Device.objects.get(), account, 2**63 - 1)
    evaluation = evaluate(account, MONTH.end)
    assert evaluation.bills == []
    assert "too great" in evaluation.problems[account.pk][0].what
    assert not Bill.objects.exists()
