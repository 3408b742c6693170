import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import Account
from billing_portal.common.periods import Month
from tests import factories

pytestmark = pytest.mark.django_db
SEPTEMBER = "/bills/AGG/japan/2026-09/"


@pytest.fixture(autouse=True)
def months(agg: Account) -> None:
    """Bills of June, September and October 2026."""
    for number in (6, 9, 10):
        factories.bill(account=agg, month=Month(2026, number))


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("2026-10", "2026-10"),
        ("2026-06", "2026-06"),
        ("2026-08", "2026-06"),
        ("2026-07", "2026-06"),
        ("2026-01", "2026-06"),
        ("2027-12", "2026-10"),
        ("0000-00", "2026-09"),
        ("year 0", "2026-09"),
        ("", "2026-09"),
        ("x" * 10_000, "2026-09"),
    ],
)
def test_the_switch_leads_to_the_month_or_the_nearest_bill(
    clerk: Client, wanted: str, shown: str
) -> None:
    response = clerk.get(SEPTEMBER, {"month": wanted})
    assertRedirects(response, f"/bills/AGG/japan/{shown}/")


def test_the_tab_and_the_item_stay_and_the_page_does_not(clerk: Client) -> None:
    response = clerk.get(f"{SEPTEMBER}days/", {"month": "2026-10", "item": "x", "page": "3"})
    assert response.headers["Location"] == "/bills/AGG/japan/2026-10/days/?item=x"


def test_a_month_without_a_bill_is_named(clerk: Client) -> None:
    response = clerk.get(SEPTEMBER, {"month": "2026-08"}, follow=True)
    assertContains(response, "There is no bill for August 2026. This is June 2026.")


@pytest.mark.parametrize("month", ["0000-01", "2026-13", "2026-00", "9999-12", "1969-12"])
def test_no_month_is_no_page(clerk: Client, month: str) -> None:
    assert clerk.get(f"/bills/AGG/japan/{month}/").status_code == 404
