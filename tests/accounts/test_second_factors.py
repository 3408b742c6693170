"""An app, keys and recovery codes: set up, asked for, used, lost and reset."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as configured
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import User
from accounts.services import factors
from tests import factories
from tests.accounts.conftest import PASSWORD, SignedIn, Trail, mails
from tests.accounts.second_factors import SECRET, add_app, code_now, recovery_codes

SECOND = "/sign-in/second-factor/"


@pytest.fixture
def browser(person: User) -> Client:
    """The browser of a person with an app, who has typed the password."""
    add_app(person)
    client = Client()
    typed = {"username": person.email, "password": PASSWORD, "next": "/settings/"}
    assertRedirects(client.post("/sign-in/", typed), SECOND)
    return client


def is_in(client: Client) -> bool:
    return client.get("/settings/").status_code == 200


def confirmed(client: Client) -> Client:
    """Type the password again, as sensitive pages ask."""
    client.post("/me/confirm/", {"password": PASSWORD})
    return client


class TestSigningIn:
    def test_the_password_alone_opens_nothing(self, browser: Client, trail: Trail) -> None:
        assert not is_in(browser)
        assert trail() == []

    def test_the_code_of_this_moment_opens_the_page_that_was_asked_for(
        self, browser: Client, trail: Trail
    ) -> None:
        assertRedirects(browser.post(SECOND, {"code": code_now()}), "/settings/")
        assert [action for action, *_ in trail()] == ["sign-in"]

    def test_a_code_works_once(self, browser: Client, person: User, signed_in: SignedIn) -> None:
        code = code_now()
        browser.post(SECOND, {"code": code})
        other = signed_in(person)
        assertContains(other.post(SECOND, {"code": code}), "not right")
        assert not is_in(other)

    @pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (1, True), (2, False)])
    def test_a_clock_that_is_a_step_off_does_no_harm(
        self, steps: int, opens: bool, browser: Client
    ) -> None:
        browser.post(SECOND, {"code": code_now(steps=steps)})
        assert is_in(browser) is opens

    def test_a_code_is_remembered_for_longer_than_it_is_right(
        self,
        browser: Client,
        person: User,
        signed_in: SignedIn,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        code, now = code_now(steps=1), time.time()
        browser.post(SECOND, {"code": code})
        cache.delete(f"allauth.mfa.totp.used?user={person.pk}&code={code}")  # its time is over
        other = signed_in(person)
        monkeypatch.setattr("time.time", lambda: now + 30)
        other.post(SECOND, {"code": code})
        assert not is_in(other)

    def test_a_wrong_code_is_recorded(self, browser: Client, trail: Trail) -> None:
        assertContains(browser.post(SECOND, {"code": "000000"}), "not right")
        assert trail() == [("second-factor.failed", "person@example.com", "")]

    def test_after_too_many_wrong_codes_the_right_one_does_not_help(self, browser: Client) -> None:
        for _ in range(configured.AXES_FAILURE_LIMIT):
            browser.post(SECOND, {"code": "000000"})
        response = browser.post(SECOND, {"code": recovery_codes(User.objects.get())[0]})
        assertContains(response, "too many wrong codes")
        assert not is_in(browser)

    def test_a_recovery_code_opens_once_and_is_told(
        self, browser: Client, person: User, signed_in: SignedIn, trail: Trail
    ) -> None:
        code = recovery_codes(person)[0]
        browser.post(SECOND, {"code": code})
        assert is_in(browser)
        assert ("factor.used", person.email, person.email) in trail()
        assert [mail.subject for mail in mails("factor")] == [
            "Your sign-in was changed: a recovery code was used"
        ]
        other = signed_in(person)
        other.post(SECOND, {"code": code})
        assert not is_in(other)

    def test_giving_up_forgets_the_password(self, browser: Client) -> None:
        browser.post("/sign-out/")
        assertRedirects(browser.get(SECOND), "/sign-in/")

    @pytest.mark.parametrize("path", ["/", "/settings/security/", "/me/app/", "/staff/"])
    def test_no_page_opens_between_password_and_code(self, path: str, browser: Client) -> None:
        assert browser.get(path).status_code == 302


class TestSettingUp:
    def test_an_app_is_set_up_with_its_code(
        self,
        person: User,
        signed_in: SignedIn,
        trail: Trail,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        client = confirmed(signed_in(person))
        client.get("/me/app/")
        secret = client.session["mfa.totp.secret"]
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post("/me/app/", {"code": code_now(secret)})
        assertRedirects(response, "/me/codes/")
        assertContains(client.get("/settings/security/"), "10 left")
        assert ("factor.added", person.email, person.email) in trail()
        assert "an authenticator app was added" in mails("factor")[0].subject

    @pytest.mark.parametrize("path", ["/me/app/", "/me/keys/add/", "/settings/address/"])
    def test_the_password_is_asked_for_again_before(
        self, path: str, person: User, signed_in: SignedIn
    ) -> None:
        client = signed_in(person)
        assertRedirects(client.get(path), f"/me/confirm/?next={path.replace('/', '%2F')}")
        assertContains(client.post("/me/confirm/", {"password": "wrong"}), "not your password")
        assert confirmed(client).get(path).status_code == 200

    def test_removing_the_last_factor_removes_the_recovery_codes(
        self, browser: Client, person: User, trail: Trail
    ) -> None:
        browser.post(SECOND, {"code": code_now()})
        assertRedirects(confirmed(browser).post("/me/app/remove/"), "/settings/security/")
        assert not Authenticator.objects.filter(user=person).exists()
        assert ("factor.removed", person.email, person.email) in trail()

    def test_recovery_codes_are_shown_only_after_the_password(
        self, browser: Client, person: User
    ) -> None:
        browser.post(SECOND, {"code": code_now()})
        assert browser.get("/me/codes/").status_code == 302
        code = recovery_codes(person)[0]
        assertContains(confirmed(browser).get("/me/codes/"), code)
        assert code in browser.get("/me/codes/file/").content.decode()


class TestSecrets:
    def test_nothing_in_the_database_is_a_secret_in_clear(self, person: User) -> None:
        add_app(person)
        assert SECRET not in str(list(Authenticator.objects.values_list("data", flat=True)))

    def test_an_earlier_secret_key_is_still_read(self, person: User, settings: Settings) -> None:
        app = add_app(person)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another one"
        assert app.wrap().validate_code(code_now())

    def test_with_another_secret_key_no_code_is_right(
        self, browser: Client, settings: Settings
    ) -> None:
        code = code_now()
        settings.SECRET_KEY_FALLBACKS = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("accounts.adapters.factors.PURPOSE", b"as if it were another key")
            assertContains(browser.post(SECOND, {"code": code}), "not right")

    def test_staff_have_no_page_of_them(self, client: Client, operator: User) -> None:
        client.force_login(operator)
        assertContains(client.get("/staff/"), "Overview")
        for path in ("mfa/authenticator", "account/emailaddress", "usersessions/usersession"):
            assert client.get(f"/staff/{path}/").status_code == 404


class TestLost:
    def test_staff_remove_all_factors_and_end_all_sessions(
        self, browser: Client, person: User, trail: Trail
    ) -> None:
        browser.post(SECOND, {"code": code_now()})
        factors.reset(person=person, actor="operator@example.com", now=factories.NOW)
        assert not factors.has_one(person)
        assert not is_in(browser)
        assert trail()[-1] == ("factor.all-reset", "operator@example.com", person.email)
        assert "removed all your second factors" in mails("factor")[-1].subject
