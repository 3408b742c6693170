"""Why a line of carried credit has its amount: the bill below zero, or the bill before."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account
from tests import factories
from tests.factories import MONTH, NOW
from tests.invoices.bills import late, shop
from tests.invoices.bills.late import DECEMBER, NOVEMBER
from usage.services.devices import set_status

FORWARD = {"date": "202612", "name": "creditCarriedForward", "price": "1"}
BACKWARD = {"date": "202701", "name": "creditBroughtForward", "price": "-1"}
JSON = {"format": "json"}


@pytest.fixture
def clerk(client: Client) -> Client:
    """December owes 30 days of October and of November, and January begins with them."""
    account: Account = shop.customer("ACME")
    shop.end_month()
    late.close(NOVEMBER)
    since = MONTH.start + timedelta(days=1)
    set_status(device=late.device(account), status="ready", since=since, now=NOW)
    late.close(DECEMBER)
    late.close(DECEMBER.next)
    client.force_login(factories.person(account))
    return client


def step(clerk: Client, month: str, asked: dict[str, str]) -> dict[str, Any]:
    content = clerk.get(f"/bills/ACME/japan/{month}/why/", asked | JSON).json()
    assert {len(line["steps"]) for line in content["lines"]} == {2}
    assert {line["in_depth"] for line in content["lines"]} == {True}
    found: dict[str, Any] = content["lines"][0]["steps"][0]
    return found


def test_credit_that_is_carried_forward_says_why(clerk: Client) -> None:
    found = step(clerk, "2026-12", FORWARD)
    assert found == {"step": "credit_carried_forward", "amount": "300", "quantity": "300"}
    page = clerk.get("/bills/ACME/japan/2026-12/why/", FORWARD).content.decode()
    assert "This bill would be below zero" in page


def test_credit_that_is_brought_forward_names_the_bill_before(clerk: Client) -> None:
    found = step(clerk, "2027-01", BACKWARD)
    assert (found["step"], found["month"]) == ("credit_brought_forward", "2026-12")
    page = clerk.get("/bills/ACME/japan/2027-01/why/", BACKWARD).content.decode()
    assert "carried forward by the bill of December 2026" in page
