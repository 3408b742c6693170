"""Modified and return invoices: documents of their own that refer to what they correct."""

from decimal import Decimal

import pytest

from accounts.models import Account, AuditEntry
from invoices.choices import DocumentKind
from invoices.models import BillingProfile, Invoice
from invoices.rating.taxes import TaxGroup
from invoices.selectors.documents import total
from invoices.selectors.points import available
from invoices.services.credits import PointWish, points
from invoices.services.documents import (
    CorrectionRefused,
    ReturnWish,
    give_back,
    modify,
    render,
    verify_documents,
)
from tests import factories
from tests.invoices.documents.bills import Item, closed_bill, invoice_of, snapshot_of
from usage.choices import Coverage

TEN = TaxGroup("standard", Decimal("0.1"))
STAFF = "staff@example.com"


@pytest.fixture
def invoice(customer: Account) -> Invoice:
    """100.4 three times: net 301, tax 31, total 332."""
    return invoice_of(closed_bill(customer, *(Item(f"item{n}", "100.4") for n in range(3))))


def returned(invoice: Invoice, net: int | None = None) -> Invoice:
    amounts = None if net is None else {TEN: net}
    wish = ReturnWish(invoice_id=invoice.pk, amounts=amounts, reason="Fault of a line")
    return give_back(wish=wish, actor=STAFF, now=factories.NOW)


def readdressed(invoice: Invoice) -> Invoice:
    BillingProfile.objects.update(company="株式会社正しい宛名", country="JP")
    return modify(invoice_id=invoice.pk, reason="Wrong addressee", actor=STAFF, now=factories.NOW)


def sums(invoice: Invoice) -> tuple[int, int, int]:
    return invoice.net_minor, invoice.tax_minor, invoice.total_minor


def proved() -> bool:
    return verify_documents(invoices=Invoice.objects.all()) == []


def test_a_whole_return_mirrors_what_it_returns(invoice: Invoice) -> None:
    back = returned(invoice)
    assert (back.label, back.kind, back.corrects) == ("RET-000001", DocumentKind.RETURN, invoice)
    assert sums(back) == (-301, -31, -332)
    assert snapshot_of(back)["corrects"]["label"] == invoice.label
    assert proved()


def test_part_of_it_is_worked_out_on_positive_amounts_and_then_signed(invoice: Invoice) -> None:
    # 105 at 10 %, rounded up: 115.5 → 116, tax 11 of 10.54; a negative one would give −115.
    assert sums(returned(invoice, 105)) == (-105, -11, -116)
    assert proved()


def test_what_is_left_after_parts_is_returned_by_subtraction(invoice: Invoice) -> None:
    returned(invoice, 105)
    returned(invoice, 105)
    assert sums(returned(invoice)) == (-91, -9, -100)
    assert proved()


@pytest.mark.parametrize("net", [302, -1, 0])
def test_more_than_there_is_or_less_than_nothing_is_refused(invoice: Invoice, net: int) -> None:
    with pytest.raises(CorrectionRefused):
        returned(invoice, net)
    assert Invoice.objects.count() == 1


def test_nothing_can_be_returned_twice(invoice: Invoice) -> None:
    returned(invoice)
    with pytest.raises(CorrectionRefused, match="Nothing is left"):
        returned(invoice)


def test_a_modified_invoice_says_the_same_of_money_to_the_right_recipient(
    invoice: Invoice,
) -> None:
    new = readdressed(invoice)
    assert (new.label, new.corrects, sums(new)) == ("MOD-000001", invoice, sums(invoice))
    assert new.counterparty == "株式会社正しい宛名"
    assert snapshot_of(new)["sections"] == snapshot_of(invoice)["sections"]
    assert AuditEntry.objects.get(action="invoice.modify").subject == "MOD-000001"
    assert proved()


def test_only_the_document_in_force_is_corrected(invoice: Invoice) -> None:
    new = readdressed(invoice)
    for correct in (returned, readdressed):
        with pytest.raises(CorrectionRefused, match="MOD-000001 took its place"):
            correct(invoice)
    returned(new, 105)
    newest = readdressed(new)
    assert sums(returned(newest)) == (-196, -20, -216)
    assert proved()


def test_a_return_invoice_is_not_corrected(invoice: Invoice) -> None:
    back = returned(invoice, 105)
    with pytest.raises(CorrectionRefused, match="not corrected"):
        returned(back)


def test_another_country_would_be_another_tax(invoice: Invoice) -> None:
    BillingProfile.objects.update(country="US")
    with pytest.raises(CorrectionRefused, match="country"):
        modify(invoice_id=invoice.pk, reason="Moved", actor=STAFF, now=factories.NOW)


def test_a_return_in_dollars_returns_its_tax_in_yen_too(customer: Account) -> None:
    bill = closed_bill(customer, Item("data", "100.05"), coverage=Coverage.GLOBAL)
    invoice = invoice_of(bill)
    returned(invoice, 5000)
    rest = snapshot_of(returned(invoice))
    said = snapshot_of(invoice)["jpy_tax"]["tax_minor"]
    assert (said, rest["jpy_tax"]["tax_minor"]) == (1504, 752 - 1504)
    assert proved()


def test_what_is_open_gets_less_by_what_is_returned(invoice: Invoice) -> None:
    returned(invoice, 105)
    invoice.receivable.refresh_from_db()
    assert invoice.receivable.open_minor == 332 - 116


@pytest.mark.parametrize("correct", [returned, readdressed])
def test_they_are_printed(invoice: Invoice, correct: object) -> None:
    document = correct(invoice)  # type: ignore[operator]
    assert render(invoice_id=document.pk, now=factories.NOW).size > 0


def test_points_that_paid_go_back_after_the_money(customer: Account) -> None:
    wish = PointWish(account=customer, points=200, expires_on=None, reason="welcome")
    points.grant(wish=wish, today=factories.NOW.date(), actor=STAFF, now=factories.NOW)
    invoice = invoice_of(closed_bill(customer, Item("basic", "310")))
    assert (invoice.total_minor, invoice.due_minor) == (341, 141)
    assert (returned(invoice, 100).due_minor, returned(invoice).due_minor) == (-110, -31)
    assert available(account_ids=[customer.pk], on=factories.NOW.date())[customer.pk] == 200
    assert proved()


def test_what_was_replaced_is_not_counted_twice_in_a_list(invoice: Invoice) -> None:
    readdressed(invoice)
    found = total(Invoice.objects.all())
    assert found == {"net": [("JPY", 301)], "tax": [("JPY", 31)], "total": [("JPY", 332)]}
