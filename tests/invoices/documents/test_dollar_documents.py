"""A document of Global coverage alone is payable in USD and states its tax in JPY (Q40, Q41)."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.choices import ExchangeDay
from invoices.models import ExchangeRate, Invoice, Issuer
from invoices.services.documents import prepare, verify_documents
from tests import document_factories, factories
from tests.invoices.documents.bills import (
    ISSUE_DATE,
    Item,
    closed_bill,
    invoice_of,
    issue_all,
    snapshot_of,
)
from usage.choices import Coverage


def abroad(account: Account, amount: str = "1234.55", **fields: Any) -> Invoice:
    item = Item("data", amount)
    return invoice_of(closed_bill(account, item, coverage=Coverage.GLOBAL, **fields))


@pytest.mark.parametrize("rounded", [False, True])
@pytest.mark.parametrize("method", "1234")
def test_the_tax_in_yen_follows_the_issuers_method_and_is_proved(
    customer: Account, method: str, rounded: bool
) -> None:
    Issuer.objects.update(exchange_method=method, exchange_rounded=rounded)
    snapshot = snapshot_of(abroad(customer))
    [rate] = snapshot["jpy_tax"]["rates"]
    # Net 1234.55, gross 1358.01: 185,491.1375 × 10 % and 204,041.0025 × 10/110.
    assert rate["tax_minor"] == 18550
    assert snapshot["jpy_tax"]["tax_minor"] == rate["tax_minor"]
    assert verify_documents(invoices=Invoice.objects.all()) == []


@pytest.mark.parametrize(("days", "found"), [(0, True), (7, True), (8, False)])
def test_the_latest_rate_of_the_last_seven_days_serves(
    customer: Account, days: int, found: bool
) -> None:
    ExchangeRate.objects.update(day=factories.MONTH.last_day - timedelta(days=days))
    bill = closed_bill(customer, Item("data", "1"), coverage=Coverage.GLOBAL)
    prepared = prepare(bills=[bill], issue_date=ISSUE_DATE)
    says = [problem.what for each in prepared.problems.values() for problem in each]
    missing = "No exchange rate of USD is known for 2026-10-31 or the 7 days before."
    assert says == ([] if found else [missing])
    assert len(prepared.groups) == found


def test_the_rate_may_be_that_of_the_day_of_issue(customer: Account) -> None:
    Issuer.objects.update(exchange_day=ExchangeDay.ISSUE_DATE)
    document_factories.exchange_rate(day=date(2026, 11, 1), rate="151")
    assert snapshot_of(abroad(customer))["exchange"]["rate"] == "151"


def test_without_tax_no_rate_is_needed(seller: Issuer) -> None:
    ExchangeRate.objects.all().delete()
    account = factories.account()
    factories.profile(account=account, country="US")
    snapshot = snapshot_of(abroad(account))
    assert (snapshot["exchange"], snapshot["jpy_tax"]) == (None, None)


def test_it_bears_no_fees(customer: Account) -> None:
    document_factories.fees()
    factories.tax_rate(since=date(2014, 4, 1), rate="0.08")
    month = Month(2018, 3)
    document_factories.exchange_rate(day=month.last_day)
    bill = closed_bill(
        customer,
        Item("data", "1", {"tax_date": month.last_day}),
        coverage=Coverage.GLOBAL,
        month=month,
    )
    [invoice] = issue_all([bill])
    assert snapshot_of(invoice)["fees"] == []
