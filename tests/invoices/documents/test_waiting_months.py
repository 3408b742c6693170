"""Months below the minimum charge wait for later ones (rule Q43)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.models import Invoice
from invoices.services.documents import verify_documents
from tests import document_factories, factories
from tests.invoices.documents.bills import Item, closed_bill, issue_all, snapshot_of
from usage.choices import Coverage

AUGUST, SEPTEMBER, OCTOBER = (factories.MONTH.plus(n) for n in (-2, -1, 0))


@pytest.fixture
def payer(customer: Account) -> Account:
    document_factories.minimum("300")
    return customer


def close(account: Account, month: Month, amount: str, **fields: Any) -> list[Invoice]:
    return issue_all([closed_bill(account, Item("basic", amount), month=month, **fields)])


def test_small_months_wait_and_are_billed_with_the_one_that_reaches_it(payer: Account) -> None:
    assert close(payer, AUGUST, "100.4") == close(payer, SEPTEMBER, "100.4") == []
    [invoice] = close(payer, OCTOBER, "100.4")
    assert [section["month"] for section in snapshot_of(invoice)["sections"]] == [
        "2026-08",
        "2026-09",
        "2026-10",
    ]
    # Their unrounded nets are rounded once: 301.2 → 332, not three times 111.
    assert (invoice.month, invoice.total_minor) == (OCTOBER, 332)
    assert verify_documents(invoices=Invoice.objects.all()) == []


@pytest.mark.parametrize(("amount", "issued"), [("299.999", 0), ("300", 1)])
def test_just_as_much_is_billed(payer: Account, amount: str, issued: int) -> None:
    assert len(close(payer, OCTOBER, amount)) == issued


def test_the_last_month_of_an_account_bills_the_rest(payer: Account) -> None:
    assert close(payer, SEPTEMBER, "100") == []
    payer.ended_at = datetime(2026, 10, 20, tzinfo=UTC)
    payer.save()
    [invoice] = close(payer, OCTOBER, "0", line_count=0)
    assert (invoice.month, invoice.total_minor) == (OCTOBER, 110)


def test_one_coverage_that_reaches_it_takes_the_other_along(payer: Account) -> None:
    document_factories.merged(account=payer)
    document_factories.minimum("5", coverage=Coverage.GLOBAL)
    small = closed_bill(payer, Item("basic", "10"))
    enough = closed_bill(payer, Item("data", "5"), coverage=Coverage.GLOBAL)
    [invoice] = issue_all([small, enough])
    assert len(snapshot_of(invoice)["sections"]) == 2


def test_what_waits_from_before_a_merge_goes_with_the_first_common_document(
    payer: Account,
) -> None:
    document_factories.merged(account=payer, since=OCTOBER)
    assert close(payer, SEPTEMBER, "100") == []
    [invoice] = close(payer, OCTOBER, "200")
    assert [section["month"] for section in snapshot_of(invoice)["sections"]] == [
        "2026-09",
        "2026-10",
    ]
