"""A password is changed by oneself or by a mail, told, recorded, and ends other sessions."""

from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import User
from tests import factories
from tests.accounts.conftest import PASSWORD, SignedIn, Trail, link, mails
from tests.accounts.second_factors import add_app

OTHER = "another good long one"
NEW = {"password1": OTHER, "password2": OTHER}


def ask(client: Client, email: str = "PERSON@example.com") -> str:
    """Ask for a link; where the answer leads."""
    return client.post("/password/", {"email": email})["Location"]


def opened(client: Client, path: str) -> str:
    """Follow the link of the mail to the form, whose address holds no key any more."""
    return client.get(path)["Location"]


class TestByMail:
    def test_the_link_sets_a_new_password_once(
        self, client: Client, person: User, trail: Trail
    ) -> None:
        ask(client)
        path = link(mails("password-link")[0])
        assertRedirects(client.post(opened(client, path), NEW), "/password/done/")
        person.refresh_from_db()
        assert person.check_password(OTHER)
        assert [action for action, *_ in trail()] == ["password.ask", "password.reset"]
        assert [mail.to for mail in mails("password-changed")] == [person.email]
        assertContains(Client().get(path), "no longer works")

    def test_nobody_is_signed_in_by_it(self, client: Client, person: User) -> None:
        add_app(person)
        ask(client)
        client.post(opened(client, link(mails()[0])), NEW)
        assert client.get("/settings/").status_code == 302

    @pytest.mark.parametrize("email", ["nobody@example.com", "gone@example.com"])
    def test_an_unknown_address_is_answered_alike_and_gets_no_mail(
        self, email: str, client: Client, person: User
    ) -> None:
        factories.user(email="gone@example.com", is_active=False)
        assert ask(client, email) == ask(client)
        assert [mail.to for mail in mails()] == [person.email]

    def test_the_mail_goes_to_the_address_we_know(self, client: Client, person: User) -> None:
        ask(client, "Person@EXAMPLE.com")
        assert mails()[0].to == "person@example.com"

    def test_the_link_begins_with_our_address_whatever_the_browser_says(
        self, client: Client, person: User, settings: Settings
    ) -> None:
        settings.ALLOWED_HOSTS = ["*"]
        client.post("/password/", {"email": person.email}, HTTP_HOST="evil.example")
        assert f"{configured.BASE_URL}/password/new/" in mails()[0].text

    def test_asking_again_and_again_sends_no_flood(self, client: Client, person: User) -> None:
        statuses = [
            client.post("/password/", {"email": person.email}).status_code for _ in range(5)
        ]
        assert statuses == [302, 302, 302, 429, 429]
        assert len(mails()) == 3
        cache.clear()

    def test_a_link_of_yesterday_is_dead(
        self, client: Client, person: User, settings: Settings
    ) -> None:
        ask(client)
        settings.PASSWORD_RESET_TIMEOUT = timedelta(seconds=-1).total_seconds()
        assertContains(client.get(link(mails()[0])), "no longer works")

    def test_it_opens_a_lock(self, client: Client, person: User) -> None:
        for _ in range(configured.AXES_FAILURE_LIMIT):
            client.post("/sign-in/", {"username": person.email, "password": "wrong"})
        ask(client)
        client.post(opened(client, link(mails()[0])), NEW)
        typed = {"username": person.email, "password": OTHER}
        assert client.post("/sign-in/", typed).status_code == 302

    def test_a_weak_password_is_refused(self, client: Client, person: User) -> None:
        ask(client)
        weak = {"password1": "password1234", "password2": "password1234"}
        assertContains(client.post(opened(client, link(mails()[0])), weak), "too common")


class TestByOneself:
    def test_other_devices_are_signed_out(
        self, person: User, signed_in: SignedIn, trail: Trail
    ) -> None:
        here, there = signed_in(person), signed_in(person)
        typed = {"oldpassword": PASSWORD, **NEW}
        assertRedirects(here.post("/me/password/", typed), "/settings/security/")
        statuses = [browser.get("/settings/").status_code for browser in (here, there)]
        assert statuses == [200, 302]
        assert trail()[-1] == ("password.change", person.email, person.email)
        assert [mail.to for mail in mails("password-changed")] == [person.email]

    def test_the_present_password_must_be_right(self, person: User, signed_in: SignedIn) -> None:
        response = signed_in(person).post("/me/password/", {"oldpassword": "wrong", **NEW})
        assertContains(response, "not your present password")
        assert mails() == []
