from decimal import Decimal

import pytest
from django.test import Client
from pytest_django.asserts import assertContains

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.selectors import history
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_last_twelve_months_are_drawn_by_item(agg: Account) -> None:
    known = [factories.bill(account=agg, month=Month(2026, 10).plus(-back)) for back in range(14)]
    series = history.series(known)
    assert (series.months[0], series.months[-1]) == (Month(2025, 11), Month(2026, 10))
    assert [part.total for part in series.parts] == [Decimal(310 * 12)]


def test_small_items_are_drawn_together_and_nothing_is_lost(agg: Account) -> None:
    items = {f"item{n}": str(n) for n in range(1, 10)}
    bill = factories.bill(account=agg, items=items)
    series = history.series([bill])
    assert [part.name for part in series.parts] == [
        "item9",
        "item8",
        "item7",
        "item6",
        "item5",
        None,
    ]
    assert sum((part.total for part in series.parts), Decimal(0)) == bill.net


def test_discounts_hang_below_the_base_line(clerk: Client, agg: Account) -> None:
    factories.bill(account=agg, items={"charge": "100", "discount": "-50"})
    response = clerk.get("/bills/")
    assertContains(response, "<title>October 2026, charge: 100 JPY</title>")
    assertContains(response, 'y="106.67" width="32" height="53.33"')
    assertContains(response, "<title>October 2026, discount: -50 JPY</title>")


@pytest.mark.parametrize("items", [{"x": "0"}, {"x": "-5"}, {"<b>x</b>": "99999999999999"}])
def test_odd_months_are_drawn_too(clerk: Client, agg: Account, items: dict[str, str]) -> None:
    factories.bill(account=agg, items=items, gross_minor=0, tax_minor=0)
    response = clerk.get("/bills/")
    assert response.status_code == 200
    assert b"<b>x" not in response.content
