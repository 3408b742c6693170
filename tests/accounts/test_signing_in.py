"""Signing in and out: what is recorded, and who is locked out."""

import pytest
from django.conf import settings
from django.contrib.auth.hashers import identify_hasher, make_password
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from accounts.models import AuditEntry, User
from billing_portal import settings as production
from tests import factories

PASSWORD = "correct horse battery"
EMAIL = "person@example.com"
LIMIT = settings.AXES_FAILURE_LIMIT


@pytest.fixture
def person(db: None) -> User:
    return factories.user(email=EMAIL, password=PASSWORD, is_staff=True)


def sign_in(client: Client, password: str, email: str = EMAIL, *, ip: str = "127.0.0.1") -> int:
    typed = {"username": email, "password": password}
    return client.post(reverse("login"), typed, REMOTE_ADDR=ip).status_code


def fail(client: Client, times: int) -> list[int]:
    return [sign_in(client, "wrong") for _ in range(times)]


def trail() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("id").values_list("action", "actor"))


class TestTheTrail:
    def test_signing_in_and_out_is_recorded(self, client: Client, person: User) -> None:
        assert sign_in(client, PASSWORD) == 302
        client.post(reverse("logout"))
        assert trail() == [("sign-in", EMAIL), ("sign-out", EMAIL)]

    def test_signing_out_when_nobody_is_signed_in_is_no_act(self, client: Client, db: None) -> None:
        client.post(reverse("logout"))
        assert trail() == []

    def test_a_failure_is_recorded_with_its_address(self, client: Client, person: User) -> None:
        assert sign_in(client, "wrong", ip="192.0.2.7") == 200
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.actor) == ("sign-in.failed", EMAIL)
        assert entry.detail == {"ip": "192.0.2.7"}

    def test_the_password_is_nowhere_in_the_trail(self, client: Client, person: User) -> None:
        sign_in(client, "my secret word")
        assert "secret" not in str(AuditEntry.objects.values().get())


class TestLocking:
    def test_the_last_failure_allowed_locks_and_says_so(self, client: Client, person: User) -> None:
        assert fail(client, LIMIT) == [200] * (LIMIT - 1) + [429]
        response = client.post(reverse("login"), {"username": EMAIL, "password": PASSWORD})
        assert response.status_code == 429
        assert "accounts/locked_out.html" in [template.name for template in response.templates]

    def test_the_lock_is_recorded_once(self, client: Client, person: User) -> None:
        fail(client, LIMIT + 2)
        assert [action for action, _ in trail()].count("sign-in.locked") == 1

    def test_one_failure_less_and_the_right_password_opens(
        self, client: Client, person: User
    ) -> None:
        fail(client, LIMIT - 1)
        assert sign_in(client, PASSWORD) == 302

    def test_another_spelling_of_the_address_has_no_tries_of_its_own(
        self, client: Client, person: User
    ) -> None:
        fail(client, LIMIT - 1)
        assert sign_in(client, "wrong", EMAIL.upper()) == 429

    @pytest.mark.parametrize(
        ("email", "ip"), [(EMAIL, "192.0.2.8"), ("other@example.com", "127.0.0.1")]
    )
    def test_others_are_not_locked(self, email: str, ip: str, client: Client, person: User) -> None:
        factories.user(email="other@example.com", password=PASSWORD)
        fail(client, LIMIT)
        assert sign_in(client, PASSWORD, email, ip=ip) == 302


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_door_of_the_admin_is_the_same_door(method: str, client: Client, person: User) -> None:
    response = getattr(client, method)(reverse("admin:login") + "?next=/staff/")
    assert (response.status_code, response.url) == (302, "/sign-in/?next=%2Fstaff%2F")


def test_a_customer_who_asks_for_staff_pages_is_not_led_in_a_circle(
    client: Client, db: None
) -> None:
    client.force_login(factories.user())
    assert client.get("/staff/", follow=True).status_code == 404


def test_people_sign_in_whatever_the_case_of_their_address(client: Client, person: User) -> None:
    assert sign_in(client, PASSWORD, "Person@Example.COM") == 302


def test_who_is_no_longer_active_cannot_sign_in(client: Client, person: User) -> None:
    person.is_active = False
    person.save()
    assert sign_in(client, PASSWORD) == 200


def test_production_keeps_passwords_as_argon2() -> None:
    with override_settings(PASSWORD_HASHERS=production.PASSWORD_HASHERS):
        kept = make_password(PASSWORD)
        assert kept.startswith("argon2")
        assert identify_hasher(kept).algorithm == "argon2"
