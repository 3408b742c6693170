"""What staff do for people who cannot sign in: unlock, mail a link, reset second factors."""

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.admin.helping import HELPS
from accounts.models import Account, AuditEntry, Mail, User
from tests import factories
from tests.staff.conftest import said

LIST = "admin:accounts_user_changelist"


def help_address(person: User, what: str) -> str:
    return reverse("admin:accounts_user_help", args=[person.pk, what])


def page(staff: Client, person: User) -> str:
    return staff.get(reverse("admin:accounts_user_change", args=[person.pk])).content.decode()


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.admin.helping.send", lambda _task: True)


@pytest.fixture
def locked(stranger: User) -> User:
    AccessAttempt.objects.create(
        username=stranger.email,
        ip_address="192.0.2.1",
        failures_since_start=settings.AXES_FAILURE_LIMIT,
    )
    return stranger


@pytest.fixture
def secured(stranger: User) -> User:
    Authenticator.objects.create(user=stranger, type=Authenticator.Type.TOTP, data={})
    return stranger


class TestLockedOut:
    def test_is_said(self, locked: User, staff: Client) -> None:
        assert "Locked out after too many wrong passwords" in page(staff, locked)

    def test_is_not_said_of_others(self, locked: User, aggregator: User, staff: Client) -> None:
        assert "Locked out" not in page(staff, aggregator)

    def test_ends_with_a_button(self, locked: User, staff: Client) -> None:
        response = staff.post(help_address(locked, "unlock"))
        assert "stranger@example.com can try to sign in again" in said(response)
        assert not AccessAttempt.objects.exists()
        assert AuditEntry.objects.get(action="sign-in.unlock").actor == "operator@example.com"


class TestPassword:
    def test_a_link_is_mailed(self, stranger: User, staff: Client) -> None:
        staff.post(help_address(stranger, "password"))
        assert Mail.objects.get(kind="password-link").to == stranger.email
        assert AuditEntry.objects.get(action="password.offer").actor == "operator@example.com"

    def test_who_is_not_active_gets_none(self, stranger: User, staff: Client) -> None:
        User.objects.filter(pk=stranger.pk).update(is_active=False)
        assert "is not active" in said(staff.post(help_address(stranger, "password")))
        assert not Mail.objects.exists()

    def test_the_link_is_not_shown_to_staff(self, stranger: User, staff: Client) -> None:
        staff.post(help_address(stranger, "password"))
        mail = Mail.objects.get(kind="password-link")
        link = next(word for word in mail.text.split() if word.startswith("http"))
        shown = staff.get(reverse("admin:accounts_mail_change", args=[mail.pk])).content.decode()
        assert link not in shown
        assert "it holds a personal link" in shown


class TestSecondFactor:
    def test_is_reset(self, secured: User, staff: Client) -> None:
        staff.post(help_address(secured, "factors"))
        assert not Authenticator.objects.exists()
        assert AuditEntry.objects.get(action="factor.all-reset").subject == secured.email

    @pytest.mark.parametrize(
        ("value", "found"), [("yes", {"stranger"}), ("no", {"operator", "aggregator"})]
    )
    def test_people_are_found_by_it(
        self, value: str, found: set[str], secured: User, aggregator: User, staff: Client
    ) -> None:
        rows = staff.get(reverse(LIST), {"factor": value}).context["cl"].result_list
        assert {row.email.partition("@")[0] for row in rows} == found


@pytest.mark.parametrize("what", HELPS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_lesser_staff_help_no_superuser(
    method: str, what: str, agg: Account, operator: User, client: Client
) -> None:
    lesser = factories.user(is_staff=True)
    client.force_login(lesser)
    assert getattr(client, method)(help_address(operator, what)).status_code == 403


def test_what_is_no_help_is_not_found(stranger: User, staff: Client) -> None:
    assert staff.post(help_address(stranger, "magic")).status_code == 404


@pytest.mark.parametrize("what", HELPS)
def test_a_link_alone_does_nothing(what: str, stranger: User, staff: Client) -> None:
    assert staff.get(help_address(stranger, what)).status_code == 403
