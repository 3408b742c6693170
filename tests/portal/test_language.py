"""Which language a page speaks, to whom, and how it is chosen."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User

pytestmark = pytest.mark.django_db


def spoken(response: Any) -> tuple[str, str]:
    """The language that the page and its head name."""
    found = re.search(r'<html lang="([^"]+)"', response.content.decode())
    assert found
    return found[1], str(response["Content-Language"])


@pytest.mark.parametrize(
    ("asked", "answered"), [("ja,en;q=0.5", "ja"), ("en-GB", "en"), ("de", "en"), ("", "en")]
)
def test_a_visitor_gets_the_language_of_the_browser(
    client: Client, asked: str, answered: str
) -> None:
    response = client.get(reverse("login"), headers={"accept-language": asked})
    assert spoken(response) == (answered, answered)
    assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))


def test_the_choice_of_a_visitor_is_kept_in_a_cookie(client: Client) -> None:
    client.post(reverse("language"), {"language": "ja"})
    assert spoken(client.get(reverse("login"), headers={"accept-language": "en"})) == ("ja", "ja")


@pytest.mark.parametrize("name", ["home", "admin:index"])
def test_a_person_gets_their_own_language_whatever_the_browser_asks(
    client: Client, operator: User, name: str
) -> None:
    User.objects.filter(pk=operator.pk).update(language="ja")
    client.force_login(operator)
    assert spoken(client.get(reverse(name), headers={"accept-language": "en"})) == ("ja", "ja")


def test_a_page_that_is_not_there_speaks_the_language_of_the_person_too(
    client: Client, tenant: User
) -> None:
    User.objects.filter(pk=tenant.pk).update(language="ja")
    client.force_login(tenant)
    assert spoken(client.get("/nowhere/")) == ("ja", "ja")


def test_a_person_chooses_a_language_and_it_stays(client: Client, tenant: User) -> None:
    client.force_login(tenant)
    client.post(reverse("language"), {"language": "ja"})
    tenant.refresh_from_db()
    assert tenant.language == tenant.history.latest().language == "ja"


def test_an_unknown_language_changes_nothing(client: Client, tenant: User) -> None:
    client.force_login(tenant)
    response = client.post(reverse("language"), {"language": "<b>", "next": "/bills/"})
    tenant.refresh_from_db()
    assert (tenant.language, response["Location"], response.cookies) == ("en", "/bills/", {})


@pytest.mark.parametrize(
    ("wished", "led"),
    [
        ("/bills/?account=AGG", "/bills/?account=AGG"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_choosing_leads_back_to_our_own_pages_only(client: Client, wished: str, led: str) -> None:
    response = client.post(reverse("language"), {"language": "en", "next": wished})
    assert response["Location"] == led
