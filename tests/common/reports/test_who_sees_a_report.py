"""A report shows one account that the person has, and nothing to others."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains

from accounts.models import Account, User
from tests.common.reports.acts import acts
from tests.common.reports.reading import column

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _acts(agg: Account, ten: Account, stray: Account, november: None) -> None:
    for account in (agg, ten, stray):
        acts(account, 3, subject=account.key)


@pytest.mark.parametrize(
    ("who", "seen"), [("aggregator", "AGG"), ("tenant", "TEN"), ("stranger", "STR")]
)
def test_each_sees_the_own_account(
    client: Client, request: pytest.FixtureRequest, who: str, seen: str
) -> None:
    client.force_login(request.getfixturevalue(who))
    assert column(client.get("/acts/"), 2) == [seen] * 3


@pytest.mark.parametrize("address", ["/acts/?account=STR", "/acts/?account=", "/acts/?account=%00"])
@pytest.mark.parametrize("more", ["", "&format=csv"])
def test_the_account_of_others_is_not_found(clerk: Client, address: str, more: str) -> None:
    assert clerk.get(address + more).status_code == 404
    assert clerk.post(address + more).status_code == 404


def test_staff_without_an_account_are_led_to_their_pages(client: Client, operator: User) -> None:
    client.force_login(operator)
    assertContains(client.get("/acts/"), "Open the staff pages")


def test_nobody_sees_it_before_signing_in(client: Client) -> None:
    assert client.get("/acts/").status_code == 302
