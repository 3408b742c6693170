from decimal import Decimal

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.selectors import history
from tests import factories

pytestmark = pytest.mark.django_db
BEFORE = {"basicCharge": "1000", "dataTrafficCharge": "500.5", "old": "3"}
AFTER = {"basicCharge": "1200", "dataTrafficCharge": "100.5", "new": "1"}


def two_months(account: Account) -> list[history.MonthBill]:
    last = factories.bill(account=account, month=Month(2026, 9), items=BEFORE, gross_minor=1600)
    this = factories.bill(account=account, month=Month(2026, 10), items=AFTER, gross_minor=1400)
    return history.changes([this, last], [this, last])


def test_the_items_that_differ_most_are_named(agg: Account) -> None:
    october, september = two_months(agg)
    assert september.change is None
    assert october.change is not None
    assert october.change.minor == -200
    assert october.change.percent == Decimal("-12.5")
    assert october.change.causes == [
        ("dataTrafficCharge", Decimal("-400")),
        ("basicCharge", Decimal("200")),
    ]


def test_the_page_says_it_with_signs_and_doors(clerk: Client, agg: Account) -> None:
    two_months(agg)
    response = clerk.get("/bills/")
    assertContains(response, "-¥200")
    assertContains(response, "-12.5%")
    assertContains(response, "+¥200")
    assertContains(response, "-¥400")
    assertContains(response, "/bills/AGG/japan/2026-10/days/?item=dataTrafficCharge")


def test_a_month_that_runs_is_not_compared(clerk: Client, agg: Account) -> None:
    factories.bill(account=agg, month=Month(2026, 10), gross_minor=1000)
    factories.bill(account=agg, month=Month(2026, 11), gross_minor=100)
    response = clerk.get("/bills/")
    assertContains(response, "still running")
    assertNotContains(response, "-90.0%")


def test_nothing_before_gives_no_per_cent(agg: Account) -> None:
    last = factories.bill(account=agg, month=Month(2026, 9), items={"x": "0"})
    this = factories.bill(account=agg, month=Month(2026, 10), items={"x": "0"})
    (row,) = history.changes([this], [this, last])
    assert row.change is not None
    assert (row.change.percent, list(row.change.causes)) == (None, [])
