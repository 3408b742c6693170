"""A new address is confirmed by its owner, told to the old one, and nobody else's."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import User
from accounts.services import addresses
from tests import factories
from tests.accounts.conftest import PASSWORD, SignedIn, Trail, link, mails

NEW = "new@example.com"


@pytest.fixture
def browser(person: User, signed_in: SignedIn) -> Client:
    client = signed_in(person)
    client.post("/me/confirm/", {"password": PASSWORD})
    return client


def ask(browser: Client, address: str = NEW) -> str:
    assertRedirects(browser.post("/settings/address/", {"email": address}), "/settings/security/")
    return link(mails("address-confirm")[-1])


def copies(person: User) -> list[tuple[str, bool, bool]]:
    rows = EmailAddress.objects.filter(user=person)
    return list(rows.values_list("email", "verified", "primary"))


def test_nothing_changes_until_the_new_address_confirms(
    browser: Client, person: User, trail: Trail
) -> None:
    path = ask(browser)
    assertContains(Client().get(path), NEW)
    person.refresh_from_db()
    assert person.email == "person@example.com"
    assert trail()[-1] == ("address.ask", "person@example.com", NEW)


def test_confirmed_it_is_the_one_to_sign_in_with(
    browser: Client, person: User, trail: Trail, signed_in: SignedIn
) -> None:
    assertRedirects(Client().post(ask(browser)), "/sign-in/")
    person.refresh_from_db()
    assert person.email == NEW
    assert signed_in(person).get("/settings/").status_code == 200
    assert trail()[-2] == ("address.change", "person@example.com", NEW)
    assert copies(person) == [(NEW, True, True)]


def test_the_old_address_is_told(browser: Client) -> None:
    Client().post(ask(browser))
    (mail,) = mails("address-changed")
    assert (mail.to, NEW in mail.text) == ("person@example.com", True)


def test_the_link_works_once(browser: Client) -> None:
    path = ask(browser)
    assert [Client().post(path).status_code for _ in range(2)] == [302, 410]


def test_a_second_wish_voids_the_first_when_it_is_confirmed(browser: Client) -> None:
    first, second = ask(browser), ask(browser, "newer@example.com")
    assert [Client().post(path).status_code for path in (second, first)] == [302, 410]


@pytest.mark.parametrize("taken", ["new@example.com", "NEW@Example.com"])
def test_an_address_of_somebody_else_is_refused_where_only_its_owner_sees_it(
    taken: str, browser: Client, person: User
) -> None:
    path = ask(browser)
    factories.user(email=taken)
    assertContains(Client().post(path), "Another person signs in", status_code=409)
    person.refresh_from_db()
    assert person.email == "person@example.com"


def test_asking_says_nothing_about_who_else_is_here(browser: Client) -> None:
    factories.user(email=NEW)
    ask(browser)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("person@example.com", "your present address"),
        ("no address", "valid email"),
        ("", "required"),
    ],
)
def test_what_is_no_new_address_is_refused(typed: str, said: str, browser: Client) -> None:
    assertContains(browser.post("/settings/address/", {"email": typed}), said)
    assert mails() == []


def test_the_copy_is_made_at_the_next_sign_in(person: User, signed_in: SignedIn) -> None:
    User.objects.filter(pk=person.pk).update(email="Person@Example.com")
    assert copies(person) == []
    signed_in(person)
    assert copies(person) == [("person@example.com", True, True)]


def test_a_copy_that_was_left_behind_gives_nobody_a_way_in(person: User) -> None:
    stale = factories.user(email="was@example.com")
    EmailAddress.objects.create(user=stale, email=person.email, verified=True, primary=True)
    addresses.mirror(person=person)
    assert (copies(person), copies(stale)) == ([(person.email, True, True)], [])
