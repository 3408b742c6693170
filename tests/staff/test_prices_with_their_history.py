"""Prices and tax rates say until when they hold, whether now, and who wrote them."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from invoices.models import BillItem, Price
from tests import factories
from usage.choices import Coverage

PRICES = "admin:invoices_price_changelist"
RATES = "admin:invoices_taxrate_changelist"


@pytest.fixture
def item(db: None) -> BillItem:
    """Three prices of one subject, and one of another that must not end them."""
    item = factories.bill_item(code="basic")
    for since, price in ((1, "10"), (6, "11"), (12, "12")):
        factories.price(item=item, unit_price=price, since=date(2026, since, 1))
    factories.price(item=item, unit_price="0.5", since=date(2026, 3, 1), coverage=Coverage.GLOBAL)
    return item


def shown(staff: Client, query: dict[str, str]) -> set[tuple[Decimal, str]]:
    page = staff.get(reverse(PRICES), query)
    admin = page.context["cl"].model_admin
    return {(row.price, admin.until(row)) for row in page.context["cl"].result_list}


NOW = {(Decimal(11), "2026-11-30"), (Decimal("0.5"), "-")}
COMES = {(Decimal(12), "-")}
PAST = {(Decimal(10), "2026-05-31")}


@pytest.mark.parametrize(
    ("holds", "prices"),
    [("now", NOW), ("to-come", COMES), ("past", PAST), ("", NOW | COMES | PAST)],
)
def test_prices_are_found_by_when_they_hold(
    holds: str, prices: set[tuple[Decimal, str]], item: BillItem, staff: Client
) -> None:
    assert shown(staff, {"holds": holds} if holds else {}) == prices


def test_the_page_of_an_item_has_all_of_them(item: BillItem, staff: Client) -> None:
    page = staff.get(reverse("admin:invoices_billitem_change", args=[item.pk])).content.decode()
    for mark, count in (("mark now", 2), ("mark to-come", 1), ("mark past", 1)):
        assert page.count(mark) == count


def test_who_wrote_a_price_stands_with_it(item: BillItem, staff: Client) -> None:
    price = Price.objects.filter(price=12).get()
    typed = {"price": "13", "per": "1"}
    response = staff.post(reverse("admin:invoices_price_change", args=[price.pk]), typed)
    assert response.status_code == 302
    page = staff.get(reverse("admin:invoices_billitem_change", args=[item.pk])).content.decode()
    assert page.count("operator@example.com") >= 1


def test_rates_end_where_the_next_begins(staff: Client) -> None:
    factories.tax_rate(rate=Decimal("0.08"), since=date(2014, 4, 1))
    factories.tax_rate(rate=Decimal("0.1"), since=date(2019, 10, 1))
    factories.tax_rate(country="DE", since=date(2007, 1, 1))
    rows = staff.get(reverse(RATES), {"holds": "now"}).context["cl"].result_list
    assert {(row.country, row.rate) for row in rows} == {
        ("JP", Decimal("0.1")),
        ("DE", Decimal("0.1")),
    }
