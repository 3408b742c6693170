"""Why a delta line has its amount: the month, what was billed, what is right, the difference."""

import pytest
from django.test import Client

from accounts.models import Account
from tests import factories
from tests.invoices.bills import late, shop
from tests.invoices.bills.late import DECEMBER, NOVEMBER

ASKED = {"device": "ACME-0", "date": "20261010", "name": "data"}


@pytest.fixture
def account() -> Account:
    """5 units in time, 3 came late, and then 4 more."""
    account = shop.customer("ACME", used=5)
    shop.end_month()
    late.use(account, 3)
    late.close(NOVEMBER)
    late.use(account, 4)
    late.close(DECEMBER)
    return account


def test_the_line_says_what_it_corrects(account: Account, client: Client) -> None:
    client.force_login(factories.person(account))
    content = client.get("/bills/ACME/japan/2026-12/why/", ASKED | {"format": "json"}).json()
    [line] = content["lines"]
    step = line["steps"][0]
    assert (step["month"], step["bills"]) == ("2026-10", ["2026-10", "2026-11"])
    assert step["billed"] == {"quantity": "8", "amount": "8"}
    assert step["right"] == {"quantity": "12", "amount": "12"}
    assert (line["line"]["quantity"], line["line"]["amount"]) == ("4", "4")


def test_the_page_says_so_in_words(account: Account, client: Client) -> None:
    client.force_login(factories.person(account))
    page = client.get("/bills/ACME/japan/2026-12/why/", ASKED).content.decode()
    assert "Correction of October 2026, which is closed" in page
    assert "as known now: 12 unit" in page
