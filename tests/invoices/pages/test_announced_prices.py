"""Prices to come are shown to whom they concern, before they take effect (domain.md §4)."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Account
from invoices.models import BillItem, Price
from invoices.selectors.catalog import announced
from tests import factories
from tests.portal.months import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
COMES = date(2027, 1, 1)


@pytest.fixture
def item(agg: Account) -> BillItem:
    """An item that the last closed bill of AGG has a line of, at 10 JPY since ever."""
    factories.bill(account=agg, items={"basicCharge-active": "310"})
    item = factories.bill_item(code="basicCharge-active", title_en="Basic charge")
    factories.price(item=item)
    return item


def found(agg: Account) -> list[tuple[Decimal, Decimal | None]]:
    rows = announced(account=agg, after=TODAY)
    return [(row.price.price, row.before.price if row.before else None) for row in rows]


def test_a_price_to_come_stands_beside_the_one_that_it_replaces(
    item: BillItem, agg: Account
) -> None:
    for since, price in ((date(2026, 11, 1), "11"), (TODAY, "12"), (COMES, "13")):
        factories.price(item=item, unit_price=price, since=since)
    factories.price(item=item, unit_price="14", since=date(2027, 2, 1))
    assert found(agg) == [(Decimal(13), Decimal(12)), (Decimal(14), Decimal(13))]


def test_what_begins_today_is_not_to_come(item: BillItem, agg: Account) -> None:
    factories.price(item=item, unit_price="12", since=TODAY)
    assert found(agg) == []


def test_an_item_that_is_not_used_concerns_nobody(item: BillItem, agg: Account) -> None:
    factories.price(item=factories.bill_item(code="other"), since=COMES)
    factories.price(item=item, since=COMES, coverage="global")
    assert found(agg) == []


def test_of_prices_by_plan_those_of_the_own_devices_count(
    item: BillItem, agg: Account, ten: Account
) -> None:
    own, strange = factories.plan(code="plan-D"), factories.plan(code="plan-K")
    factories.device(account=ten, plan=own)
    factories.price(item=item, unit_price="13", since=COMES, plan=own)
    factories.price(item=item, unit_price="14", since=COMES, plan=strange)
    assert found(agg) == [(Decimal(13), None)]


def test_the_bills_page_says_it(item: BillItem, clerk: Client) -> None:
    assertNotContains(clerk.get("/bills/"), "Prices that will change")
    factories.price(item=item, unit_price="12.5", since=COMES)
    response = clerk.get("/bills/")
    assertContains(response, "Prices that will change")
    for text in ("1 January 2027", "Basic charge", "10 JPY", "12.5 JPY"):
        assertContains(response, text)


def test_tiers_are_told_by_their_borders(item: BillItem, clerk: Client) -> None:
    tiers = [{"up_to": 1000, "price": "0.06"}, {"price": "0.05"}]
    factories.price(item=item, unit_price="0", since=COMES, kind="graduated", tiers=tiers)
    assertContains(clerk.get("/bills/"), "≤ 1,000: 0.06 JPY, &gt; 1,000: 0.05 JPY")


def test_it_asks_no_more_with_more_prices(
    item: BillItem, agg: Account, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(1, 29):
        factories.price(item=item, unit_price=str(day), since=date(2027, 1, day))
    with django_assert_max_num_queries(5):
        assert len(announced(account=agg, after=TODAY)) == 28
    Price.objects.filter(since__gt=TODAY).delete()
    with django_assert_max_num_queries(1):
        assert announced(account=agg, after=TODAY) == []
