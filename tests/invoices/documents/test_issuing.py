"""Issuing numbers documents without a gap and seals them in a chain."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.choices import BillState, RenderState
from invoices.models import Bill, InvoiceBill, Issuer, Rendering, Series, TaxRate
from invoices.rating.taxes import MissingTaxRate
from invoices.selectors.settings import NoIssuer
from invoices.services.documents import BillDiffers, NegativeTotal, NotClosed
from invoices.services.documents.snapshots import digest, seal
from tests import factories
from tests.invoices.documents.bills import Item, closed_bill, invoice_of, issue_all
from usage.choices import Coverage


def bills_of(count: int) -> list[Bill]:
    return [closed_bill(factories.account()) for _each in range(count)]


def test_numbers_follow_each_other_over_several_closes(seller: Issuer) -> None:
    first = issue_all(bills_of(2))
    second = issue_all(bills_of(2))
    labels = [invoice.label for invoice in first + second]
    assert labels == ["STM-000001", "STM-000002", "STM-000003", "STM-000004"]
    assert Series.objects.get(issuer=seller).last_number == 4


def test_a_close_that_is_rolled_back_leaves_no_gap(seller: Issuer) -> None:
    [lost, kept] = bills_of(2)
    with transaction.atomic():
        issue_all([lost])
        transaction.set_rollback(True)
    assert invoice_of(kept).number == 1


def test_the_label_grows_when_six_digits_are_used_up(seller: Issuer, customer: Account) -> None:
    Series.objects.create(issuer=seller, prefix="INV", last_number=999_999)
    assert invoice_of(closed_bill(customer)).label == "INV-1000000"


def test_a_bill_without_lines_is_not_invoiced(customer: Account) -> None:
    assert issue_all([closed_bill(customer, Item("none", "0"), line_count=0)]) == []
    assert not Series.objects.exists()


def test_a_bill_of_lines_that_come_to_nothing_is_invoiced(customer: Account) -> None:
    bill = closed_bill(customer, Item("beam", "10"), Item("beamFreeTier", "-10"))
    assert invoice_of(bill).total_minor == 0


def test_an_invoice_has_the_amounts_of_its_bill(customer: Account) -> None:
    bill = closed_bill(customer, *(Item(f"item{n}", "105") for n in range(3)))
    invoice = invoice_of(bill)
    amounts = (invoice.net_minor, invoice.tax_minor, invoice.total_minor)
    assert amounts == (315, 32, 347)
    assert (invoice.account, invoice.month, invoice.currency) == (customer, bill.month, "JPY")
    assert InvoiceBill.objects.get(invoice=invoice).bill == bill


def test_an_invoice_of_global_coverage_is_in_dollars(customer: Account) -> None:
    bill = closed_bill(customer, Item("data", "10.05"), coverage=Coverage.GLOBAL)
    invoice = invoice_of(bill)
    amounts = (invoice.net_minor, invoice.tax_minor, invoice.total_minor)
    assert (invoice.currency, *amounts) == ("USD", 1005, 101, 1106)


@pytest.mark.parametrize(
    ("month", "due"),
    [("2026-10", "2026-11-30"), ("2026-12", "2027-01-31"), ("2028-01", "2028-02-29")],
)
def test_it_is_due_on_the_last_day_of_the_month_after(
    customer: Account, month: str, due: str
) -> None:
    invoice = invoice_of(closed_bill(customer, month=Month.parse(month)))
    assert invoice.due_date.isoformat() == due


def test_no_document_is_dated_before_the_one_that_precedes_it(seller: Issuer) -> None:
    days = [date(2026, 11, 2), date(2026, 11, 5), date(2026, 11, 3)]
    issued = [issue_all(bills_of(1), day=day)[0].issue_date for day in days]
    assert issued == [date(2026, 11, 2), date(2026, 11, 5), date(2026, 11, 5)]


def test_every_seal_binds_the_one_before_it(seller: Issuer) -> None:
    previous = ""
    for invoice in issue_all(bills_of(2)) + issue_all(bills_of(1)):
        assert invoice.snapshot_hash == digest(invoice.snapshot)
        assert invoice.previous_seal == previous
        assert invoice.seal == seal(
            previous=previous, label=invoice.label, snapshot_hash=invoice.snapshot_hash
        )
        previous = invoice.seal
    assert Series.objects.get().last_seal == previous


def test_its_pdf_is_due_at_once(customer: Account) -> None:
    rendering = Rendering.objects.get(invoice=invoice_of(closed_bill(customer)))
    assert (rendering.state, rendering.due_at) == (RenderState.WAITING, factories.NOW)


def test_the_number_of_queries_does_not_grow_with_the_bills(seller: Issuer) -> None:
    issue_all(bills_of(1))
    counts = []
    for size in (2, 9):
        bills = bills_of(size)
        with CaptureQueriesContext(connection) as queries:
            issue_all(bills)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_bill_that_is_not_closed_is_refused(customer: Account) -> None:
    bill = factories.bill(account=customer, state=BillState.PROPOSED)
    with pytest.raises(NotClosed, match="proposed"):
        issue_all([bill])


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("gross_minor", 342, "total 341, the bill has tax 31 and total 342"),
        ("tax_minor", 30, "state tax 31"),
        ("net", Decimal(311), "items sum to 310, the bill to 311"),
    ],
)
def test_a_document_that_would_differ_from_its_bill_is_refused(
    customer: Account, field: str, value: Any, says: str
) -> None:
    bill = closed_bill(customer, **{field: value})
    with pytest.raises(BillDiffers, match=says):
        issue_all([bill])


def test_a_document_that_asks_for_less_than_nothing_is_refused(customer: Account) -> None:
    with pytest.raises(NegativeTotal):
        issue_all([closed_bill(customer, Item("credit", "-100"))])


def test_a_missing_tax_rate_is_told_before_a_number_is_taken(customer: Account) -> None:
    bill = closed_bill(customer)
    TaxRate.objects.all().delete()
    with pytest.raises(MissingTaxRate):
        issue_all([bill])
    assert not Series.objects.exists()


@pytest.mark.parametrize("count", [0, 2])
def test_without_exactly_one_issuer_nothing_is_issued(customer: Account, count: int) -> None:
    bill = closed_bill(customer)
    Issuer.objects.all().delete()
    for _each in range(count):
        factories.issuer()
    with pytest.raises(NoIssuer):
        issue_all([bill])
