"""A role offered by mail: to somebody new, to somebody known, once, for a week."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from accounts.choices import Role
from accounts.models import Account, Invitation, User
from billing_portal.common import clock
from tests import factories
from tests.accounts.conftest import PASSWORD, Trail, link, mails

NEW = "new@example.com"
INVITE = {"email": NEW, "role": "billing", "language": "ja"}
JOIN = {"name": "New Person", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def admin(client: Client, aggregator: User) -> Client:
    client.force_login(aggregator)
    return client


@pytest.fixture
def invite(admin: Client) -> Callable[..., str]:
    """Invite by the page; the path of the link in the mail."""

    def act(**changes: str) -> str:
        response = admin.post("/settings/people/invite/?account=AGG", INVITE | changes)
        assertRedirects(response, "/settings/people/?account=AGG")
        return link(mails("invitation")[-1])

    return act


def held(email: str) -> list[tuple[str, str]]:
    rows = User.objects.get(email=email).memberships
    return list(rows.values_list("account__key", "role"))


def test_somebody_new_joins_with_a_name_and_a_password(
    invite: Callable[..., str], trail: Trail
) -> None:
    path, browser = invite(), Client()
    assertContains(browser.get(path), "aggregator@example.com")
    assertRedirects(browser.post(path, JOIN), "/", fetch_redirect_response=False)
    newcomer = User.objects.get(email=NEW)
    assert (newcomer.name, newcomer.language) == ("New Person", "ja")
    assert held(NEW) == [("AGG", "billing")]
    assert browser.get("/settings/").status_code == 200
    assert [action for action, *_ in trail()][1:] == [
        "invitation.send",
        "person.join",
        "invitation.accept",
        "membership.grant",
        "sign-in",
    ]


def test_the_mail_is_in_the_language_that_was_chosen(invite: Callable[..., str]) -> None:
    invite()
    (mail,) = mails("invitation")
    assert (mail.to, mail.language, mail.account_key) == (NEW, "ja", "AGG")
    assert "請求担当" in mail.text


def test_somebody_known_signs_in_and_gains_the_role(
    invite: Callable[..., str], person: User
) -> None:
    path, browser = invite(email="PERSON@example.com"), Client()
    assertRedirects(browser.get(path), f"/sign-in/?next={path}", fetch_redirect_response=False)
    browser.post("/sign-in/", {"username": person.email, "password": PASSWORD})
    assertContains(browser.get(path), "Accept")
    assert held(person.email) == []
    browser.post(path)
    assert held(person.email) == [("AGG", "billing")]


def test_somebody_else_cannot_take_it_up(
    invite: Callable[..., str], stranger: User, client: Client
) -> None:
    path = invite()
    client.force_login(stranger)
    assertContains(client.get(path), "You are signed in as stranger@example.com")
    assertContains(client.post(path), "You are signed in as stranger@example.com")
    assert held(stranger.email) == [("STR", "admin")]


def test_it_works_once(invite: Callable[..., str]) -> None:
    path = invite()
    Client().post(path, JOIN)
    assert Client().get(path).status_code == 410
    assert Client().post(path, JOIN).status_code == 410


@pytest.mark.parametrize(("days", "status"), [(6, 200), (7, 410)])
def test_it_works_for_seven_days(
    days: int, status: int, invite: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, later = invite(), clock.now() + timedelta(days=days, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert Client().get(path).status_code == status


def test_sent_again_the_earlier_link_is_void(
    invite: Callable[..., str], admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, later = invite(), clock.now() + timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: later)
    pk = Invitation.objects.get().pk
    assertContains(admin.get("/settings/people/"), "too old")
    admin.post(f"/settings/invitations/{pk}/", {"act": "again"})
    second = link(mails("invitation")[-1])
    assert [Client().get(path).status_code for path in (first, second)] == [410, 200]


def test_withdrawn_it_is_void_and_off_the_list(
    invite: Callable[..., str], admin: Client, trail: Trail
) -> None:
    path = invite()
    admin.post(f"/settings/invitations/{Invitation.objects.get().pk}/", {"act": "withdraw"})
    assert Client().get(path).status_code == 410
    assert b"Invitations without an answer" not in admin.get("/settings/people/").content
    assert trail()[-1] == ("invitation.withdraw", "aggregator@example.com", NEW)


def test_answered_meanwhile_nothing_more_is_done(invite: Callable[..., str], admin: Client) -> None:
    Client().post(invite(), JOIN)
    path = f"/settings/invitations/{Invitation.objects.get().pk}/"
    assertContains(admin.post(path, {"act": "withdraw"}, follow=True), "answered meanwhile")


@pytest.mark.parametrize("token", ["x", "WzEsMl0:forged", "%00", "a" * 3000])
def test_a_made_up_link_is_dead(token: str, db: None) -> None:
    assert Client().get(f"/invitations/{token}/").status_code == 410


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": "no address"}, "valid email"),
        ({"email": "a@example.com\nBcc: b@example.com"}, "valid email"),
        ({"email": "AGGREGATOR@example.com"}, "has a role here already"),
        ({"role": "owner"}, "Select a valid choice"),
        ({"language": "xx"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_sent_is_said_beside_the_field(
    typed: dict[str, str], said: str, admin: Client
) -> None:
    assertContains(admin.post("/settings/people/invite/", INVITE | typed), said)
    assert mails() == []


def test_nobody_is_invited_twice_at_once(invite: Callable[..., str], admin: Client) -> None:
    invite()
    again = INVITE | {"email": NEW.upper()}
    assertContains(admin.post("/settings/people/invite/", again), "is invited already")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"password2": "another one entirely"}, "not the same"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password1": NEW, "password2": NEW}, "too similar"),
        ({"name": ""}, "required"),
    ],
)
def test_a_bad_name_or_password_makes_nobody(
    typed: dict[str, str], said: str, invite: Callable[..., str]
) -> None:
    assertContains(Client().post(invite(), JOIN | typed), said)
    assert not User.objects.filter(email=NEW).exists()


def test_who_was_given_a_role_meanwhile_keeps_it(
    invite: Callable[..., str], agg: Account, person: User, client: Client
) -> None:
    path = invite(email=person.email, role="viewer")
    factories.membership(user=person, account=agg, role=Role.ADMIN)
    client.force_login(person)
    client.post(path)
    assert held(person.email) == [("AGG", "admin")]
