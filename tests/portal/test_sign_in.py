import pytest
from django.conf import settings
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import Account
from tests import factories

pytestmark = pytest.mark.django_db
GOOD = {"username": "Clerk@Example.com", "password": "right horse battery"}
BAD = GOOD | {"password": "wrong"}


@pytest.fixture(autouse=True)
def clerk_with_password(agg: Account) -> None:
    factories.person(agg, email="clerk@example.com", password="right horse battery")


def test_the_right_password_leads_to_the_page_that_was_asked_for(client: Client) -> None:
    assertRedirects(client.get("/invoices/"), "/sign-in/?next=/invoices/")
    response = client.post("/sign-in/", GOOD | {"next": "/invoices/"})
    assertRedirects(response, "/invoices/")


def test_a_wrong_password_keeps_the_address_and_says_what_is_wrong(client: Client) -> None:
    response = client.post("/sign-in/", BAD)
    assertContains(response, "do not belong together")
    assertContains(response, 'value="Clerk@Example.com"')


def test_no_other_site_is_ever_the_next_page(client: Client) -> None:
    response = client.post("/sign-in/", GOOD | {"next": "https://evil.example/"})
    assertRedirects(response, "/")


def test_too_many_attempts_lock_with_a_page_that_says_for_how_long(client: Client) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        response = client.post("/sign-in/", BAD)
    assertContains(response, "locked for one hour", status_code=429)
    assert client.post("/sign-in/", GOOD).status_code == 429


def test_signing_out_ends_the_session(client: Client) -> None:
    client.post("/sign-in/", GOOD)
    assertRedirects(client.post("/sign-out/"), "/sign-in/")
    assertRedirects(client.get("/"), "/sign-in/?next=/")
