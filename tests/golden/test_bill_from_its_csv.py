"""Whoever adds up the detailed CSV, without us, arrives at the bill and at the invoice."""

import csv
import io
import math
from decimal import Decimal
from fractions import Fraction

import pytest

from accounts.models import Account
from invoices.exports import detail
from invoices.models import Bill, Invoice, Price
from tests import factories, worlds
from tests.factories import MONTH, NOW
from tests.invoices.bills import shop
from usage.choices import Coverage
from usage.models import Device, Meter

pytestmark = pytest.mark.django_db

TAX = Fraction(1, 10)


def amounts(bill: Bill) -> Fraction:
    """The sum of the column `amount`, exact."""
    text = b"".join(detail.stream(bill)).decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return sum((Fraction(row["amount"]) for row in rows), Fraction(0))


def rounded_up(amount: Fraction, places: int) -> int:
    units: int = math.ceil(amount * 10**places)
    return units


def stated(bill: Bill, places: int) -> tuple[int, int, int]:
    """Gross, tax and net by rule Q34, from the CSV alone, in minor units."""
    gross = rounded_up(amounts(bill) * (1 + TAX), places)
    tax = rounded_up(gross * TAX / (1 + TAX), 0)
    return gross, tax, gross - tax


@pytest.mark.parametrize("price", ["0.1", "3.333333333333333333333333", "0.000000000000000001"])
def test_one_item_with_an_awkward_price(price: str) -> None:
    shop.open_shop()
    account = shop.customer("ACME", used=7)
    Price.objects.filter(item__code="data").update(unit_price=Decimal(price))
    shop.end_month()
    bill = shop.bill_of(account)
    invoice = Invoice.objects.get()
    found = (invoice.total_minor, invoice.tax_minor, invoice.net_minor)
    assert (bill.gross_minor, bill.tax_minor) == found[:2]
    assert found == stated(bill, 0)
    assert Fraction(bill.net) == amounts(bill)


def test_the_whole_catalogue_in_both_currencies() -> None:
    worlds.build()
    beam(Device.objects.get(key="BRAVO-japan-1"))
    shop.end_month(MONTH, now=NOW)
    assert Invoice.objects.count() == 4
    for invoice in Invoice.objects.all():
        bill = Bill.objects.get(invoice_bill__invoice=invoice)
        places = 2 if bill.coverage == Coverage.GLOBAL else 0
        found = (invoice.total_minor, invoice.tax_minor, invoice.net_minor)
        assert found == stated(bill, places), bill
        assert bill.gross_minor == invoice.total_minor


def beam(device: Device) -> None:
    """Requests of which a hundred thousand are free."""
    factories.record(
        device=device,
        account=Account.objects.get(key="BRAVO"),
        meter=Meter.objects.get(code="beam.request"),
        variant="mqtt-mqtts",
        quantity=123_457,
    )
