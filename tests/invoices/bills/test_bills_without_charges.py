"""A month without charges is closed like any other, but nobody is sent an invoice."""

from decimal import Decimal

from invoices.choices import BillState
from invoices.models import Invoice
from invoices.services.verification import faults_of
from tests import factories
from tests.factories import MONTH
from tests.invoices.bills import shop
from tests.invoices.verification.planting import IN_DECEMBER, NOVEMBER
from usage.services.devices import set_status


def test_a_month_without_charges_is_closed_without_an_invoice() -> None:
    account = factories.account(key="IDLE")
    shop.sim(account, status="ready")
    payer = shop.customer("ACME")
    shop.end_month()
    bill = shop.bill_of(account)
    assert (bill.state, bill.net, bill.gross_minor) == (BillState.CLOSED, Decimal(0), 0)
    assert bill.line_count == 0
    assert list(faults_of(bill)) == []
    assert [invoice.account for invoice in Invoice.objects.all()] == [payer]


def test_the_month_after_it_is_chained_to_it() -> None:
    account = factories.account(key="IDLE")
    device = shop.sim(account, status="ready")
    shop.end_month()
    set_status(device=device, status="active", since=NOVEMBER.start, now=IN_DECEMBER)
    shop.end_month(NOVEMBER, now=IN_DECEMBER)
    bill = shop.bill_of(account, NOVEMBER)
    assert bill.previous_seal == shop.bill_of(account, MONTH).seal
    assert bill.net == 300
