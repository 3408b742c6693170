import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.choices import BillState
from tests import factories
from tests.portal.months import NOW

pytestmark = pytest.mark.django_db


def test_no_bills_yet_says_when_they_come(clerk: Client) -> None:
    response = clerk.get("/bills/")
    assertContains(response, "No bills yet")
    assertNotContains(response, "<table")


def test_each_coverage_has_a_ledger_in_its_own_currency(clerk: Client, agg: Account) -> None:
    factories.bill(account=agg, gross_minor=1234, state=BillState.CLOSED)
    factories.bill(
        account=agg, coverage="global", currency="USD", gross_minor=5678, state=BillState.CLOSED
    )
    response = clerk.get("/bills/")
    assertContains(response, "Japan, JPY")
    assertContains(response, "Global, USD")
    assertContains(response, '<a href="/bills/AGG/japan/2026-10/">¥1,234</a>')
    other = clerk.get("/bills/?coverage=global")
    assertContains(other, '<a href="/bills/AGG/global/2026-10/">$56.78</a>')
    assertNotContains(other, "¥1,234")


def test_a_coverage_without_bills_takes_no_room(clerk: Client, closed: Account) -> None:
    assertNotContains(clerk.get("/bills/"), "Global")


@pytest.mark.parametrize(
    ("month", "state", "words"),
    [
        (Month(2026, 11), BillState.TEMPORARY, "Preliminary"),
        (Month(2026, 10), BillState.TEMPORARY, "Being finalised"),
        (Month(2026, 10), BillState.PROPOSED, "Being finalised"),
        (Month(2026, 10), BillState.CLOSED, "Final"),
    ],
)
def test_the_state_is_said_in_words(
    clerk: Client, agg: Account, month: Month, state: str, words: str
) -> None:
    factories.bill(account=agg, month=month, state=state)
    assertContains(clerk.get("/bills/"), f">{words}</span>")


def test_the_foot_adds_up_final_months_only(clerk: Client, agg: Account) -> None:
    for back, state in ((0, BillState.TEMPORARY), (1, BillState.CLOSED), (2, BillState.CLOSED)):
        month = Month(2026, 11).plus(-back)
        factories.bill(account=agg, month=month, state=state, gross_minor=1000)
    assertContains(clerk.get("/bills/"), '<td class="number">¥2,000</td>', html=True)


def test_the_running_month_offers_its_csv(clerk: Client, agg: Account) -> None:
    factories.bill(account=agg, month=Month.of(NOW))
    response = clerk.get("/bills/")
    assertContains(response, 'href="/bills/AGG/japan/2026-11/detail.csv"')
    assertContains(response, "Latest detail CSV, Japan")


def test_many_months_go_over_several_pages_in_both_orders(clerk: Client, agg: Account) -> None:
    for back in range(30):
        factories.bill(account=agg, month=Month(2026, 11).plus(-back))
    assertContains(clerk.get("/bills/"), "1 to 24 of 30")
    assertContains(clerk.get("/bills/?page=2"), "June 2024")
    oldest_first = clerk.get("/bills/?sort=month")
    assertContains(oldest_first, 'aria-sort="ascending"')
    assertContains(oldest_first, "June 2024")


@pytest.mark.parametrize(
    "query",
    ["page=99", "page=x", "sort=nonsense", "sort=causes", "year=0", "year=x", "coverage=mars"],
)
def test_odd_queries_are_harmless(clerk: Client, closed: Account, query: str) -> None:
    assertContains(clerk.get(f"/bills/?{query}"), "October 2026")


def test_a_year_can_be_chosen(clerk: Client, agg: Account) -> None:
    for month in (Month(2026, 1), Month(2025, 12)):
        factories.bill(account=agg, month=month)
    response = clerk.get("/bills/?year=2025")
    assertContains(response, '<th scope="row" >December 2025</th>', html=True)
    assertContains(response, '<td class="causes">', count=1)
    assertContains(response, 'aria-current="true">2025</a>')


def test_net_and_tax_are_the_total_as_on_the_invoice(clerk: Client, agg: Account) -> None:
    factories.bill(
        account=agg, items={"x": "900.5"}, tax_minor=91, gross_minor=992, state=BillState.CLOSED
    )
    response = clerk.get("/bills/")
    for text in ("¥901", "¥91", "¥992"):
        # In the foot, too, where the only final month is the sum.
        assertContains(response, text)
