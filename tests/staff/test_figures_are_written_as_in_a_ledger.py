"""Amounts on staff pages: with the places they have, and parted by thousands."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from billing_portal.common.staff import amount
from invoices.models import Bill
from tests import factories


@pytest.fixture
def bill(agg: Account) -> Bill:
    return factories.bill(account=agg, items={"data": "1234567.000000001"})


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [
        (1234567, "JPY", "1,234,567"),
        (1234567, "USD", "12,345.67"),
        (5, "USD", "0.05"),
        (-5, "USD", "-0.05"),
        (0, "JPY", "0"),
    ],
)
def test_minor_units(minor: int, currency: str, written: str) -> None:
    assert amount(minor, currency) == written


def test_a_list_has_no_more_places_than_the_amount(bill: Bill, staff: Client) -> None:
    page = staff.get(reverse("admin:invoices_bill_changelist")).content.decode()
    assert ">1,234,567.000000001</td>" in page


def test_so_has_the_page_of_a_bill(bill: Bill, staff: Client) -> None:
    page = staff.get(reverse("admin:invoices_bill_change", args=[bill.pk])).content.decode()
    net, item = '<div class="readonly">1,234,567.000000001<', "<p>1,234,567.000000001<"
    assert net in page
    assert item in page


def test_a_unit_price_is_shown_to_its_last_place(staff: Client) -> None:
    unit_price = "0.000000209808349609375"
    row = factories.price(item=factories.bill_item(), unit_price=unit_price, price=Decimal(1))
    for name, arguments in (("changelist", []), ("change", [row.pk])):
        page = staff.get(reverse(f"admin:invoices_price_{name}", args=arguments))
        assert f">{unit_price}<" in page.content.decode()
