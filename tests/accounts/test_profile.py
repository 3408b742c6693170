"""A person's own name, language and wishes."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from accounts import mail
from accounts.models import User
from tests.accounts.conftest import Trail

PROFILE = "/settings/"
TYPED = {"name": "Person", "language": "en"} | dict.fromkeys(mail.WISHES, "on")


@pytest.fixture
def browser(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


@pytest.mark.parametrize(
    ("typed", "field", "value"),
    [
        ({"name": "例示 花子"}, "name", "例示 花子"),
        ({"language": "ja"}, "language", "ja"),
        *(({wish: ""}, wish, False) for wish in mail.WISHES),
    ],
)
def test_each_can_be_changed_and_is_recorded(
    typed: dict[str, str], field: str, value: object, browser: Client, trail: Trail
) -> None:
    assertRedirects(browser.post(PROFILE, TYPED | typed), PROFILE)
    assert User.objects.values_list(field, flat=True).get() == value
    assert trail()[-1] == ("profile.change", "person@example.com", "person@example.com")


def test_the_same_again_is_no_act(browser: Client, trail: Trail) -> None:
    before = trail()
    browser.post(PROFILE, TYPED)
    assert trail() == before


@pytest.mark.parametrize(
    ("typed", "said"), [({"name": "x" * 201}, "at most 200"), ({"language": "fr"}, "valid choice")]
)
def test_what_cannot_be_is_said_beside_the_field(
    typed: dict[str, str], said: str, browser: Client, person: User
) -> None:
    assertContains(browser.post(PROFILE, TYPED | typed), said)
    person.refresh_from_db()
    assert (person.name, person.language) == ("Person", "en")


def test_nothing_else_of_oneself_can_be_changed_here(browser: Client, person: User) -> None:
    browser.post(PROFILE, TYPED | {"email": "x@example.com", "is_staff": "on", "password": "x"})
    person.refresh_from_db()
    assert (person.email, person.is_staff) == ("person@example.com", False)
