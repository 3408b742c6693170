"""Programs sign in by key or password and get a token, which ends in time and with its reason."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.choices import Role
from accounts.models import Account, ApiKey, AuditEntry, Membership, User
from accounts.services import keys, tokens
from tests import factories
from tests.accounts.second_factors import add_app, code_now, recovery_codes
from tests.api import contracts
from tests.api.conftest import SignIn, pair

pytestmark = [pytest.mark.django_db, contracts.needed]
NOW = factories.NOW
PASSWORD = "correct horse battery"
AUTH, OUT = "/v1/auth", "/v1/auth/logout"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def person(agg: Account) -> User:
    return factories.person(agg, email="person@example.com", password=PASSWORD)


def sign_in(client: Client, **typed: Any) -> Any:
    return client.post(AUTH, typed, content_type="application/json")


def works(client: Client, headers: dict[str, str]) -> bool:
    """Signing out twice asks for nothing but a token; the first of them is undone."""
    answer = client.get(OUT, headers=headers)
    return bool(answer.status_code == 405)


def test_a_key_signs_in_as_the_definition_says(client: Client, agg: Account) -> None:
    key, secret = factories.api_key(account=agg)
    response = sign_in(client, authKeyId=key.public_id, authKey=secret)
    answer = contracts.check("soracom", "post", "/auth", response)
    assert (answer["operatorId"], works(client, pair(answer))) == ("AGG", True)
    key.refresh_from_db()
    assert key.last_used_at == NOW


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"authKeyId": "keyId-x", "authKey": "secret-x"},
        {"authKeyId": "keyId-x"},
        {"email": "person@example.com", "password": "wrong"},
        {"email": "person@example.com"},
        {"email": "person@example.com", "password": PASSWORD, "operatorId": "STR"},
        {"email": "nobody@example.com", "password": PASSWORD},
    ],
)
@pytest.mark.usefixtures("person", "stray")
def test_what_does_not_belong_together_is_refused(client: Client, typed: dict[str, str]) -> None:
    response = sign_in(client, **typed)
    assert (response.status_code, set(response.json())) == (401, {"code", "message"})


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'"x"', b"[" * 100_000, b"\xff", b"NaN", b'{"email": ["x"]}',
     b'{"email": "a\\u0000b", "password": "x"}', b'{"authKeyId": "\\ud800", "authKey": "x"}',
     b'{"tokenTimeoutSeconds": 172801}', b'{"tokenTimeoutSeconds": "soon"}',
     b'{"password": "' + b"x" * 5000 + b'"}'],
)  # fmt: skip
def test_a_body_that_makes_no_sense_is_the_callers_mistake(client: Client, body: bytes) -> None:
    response = client.post(AUTH, body, content_type="application/json")
    assert (response.status_code, set(response.json())) == (400, {"code", "message"})


def test_too_much_is_refused(client: Client) -> None:
    response = client.post(AUTH, b'"' + b"x" * (1 << 20) + b'"', content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(("asked", "seconds"), [({}, 86400), ({"tokenTimeoutSeconds": 60}, 60)])
def test_a_token_ends_in_time(
    client: Client, agg: Account, clock: Any, asked: dict[str, int], seconds: int
) -> None:
    key, secret = factories.api_key(account=agg)
    headers = pair(sign_in(client, authKeyId=key.public_id, authKey=secret, **asked).json())
    clock.move_to(NOW + timedelta(seconds=seconds - 1))
    assert works(client, headers)
    clock.move_to(NOW + timedelta(seconds=seconds))
    assert not works(client, headers)


def test_signing_out_ends_this_token_only(client: Client, agg: Account, soracom: SignIn) -> None:
    one, other = soracom(agg), soracom(agg)
    response = client.post(OUT, headers=one)
    assert (response.status_code, response.content) == (204, b"")
    assert (works(client, one), works(client, other)) == (False, True)
    assert client.post(OUT, headers=one).status_code == 401


def test_tokens_of_a_revoked_key_open_nothing(
    client: Client, agg: Account, soracom: SignIn
) -> None:
    headers = soracom(agg)
    keys.revoke(key=ApiKey.objects.get(), actor="x", now=NOW)
    assert not works(client, headers)


@pytest.mark.parametrize("name", ["X-Soracom-API-Key", "X-Soracom-Token"])
def test_every_character_of_a_token_counts(
    client: Client, agg: Account, soracom: SignIn, name: str
) -> None:
    headers = soracom(agg)
    for changed in ("", headers[name][:-1], headers[name] + "x", "é" + headers[name]):
        assert not works(client, headers | {name: changed})


def test_a_person_signs_in_for_one_account(client: Client, person: User, stray: Account) -> None:
    Membership.objects.create(user=person, account=stray, role=Role.VIEWER)
    for asked, account in (({}, "AGG"), ({"operatorId": "STR"}, "STR")):
        answer = sign_in(client, email="Person@example.com", password=PASSWORD, **asked).json()
        assert answer["operatorId"] == account
    entry = AuditEntry.objects.get(account_key="STR")
    assert (entry.actor, entry.action) == ("person@example.com", "sign-in.api")


def test_tokens_of_a_person_end_with_password_and_role(client: Client, person: User) -> None:
    headers = pair(sign_in(client, email=person.email, password=PASSWORD).json())
    assert works(client, headers)
    person.set_password("another password")
    person.save()
    assert not works(client, headers)
    headers = pair(sign_in(client, email=person.email, password="another password").json())
    person.memberships.all().delete()
    assert not works(client, headers)


def test_wrong_passwords_are_counted_as_in_a_browser(
    client: Client, person: User, settings: Settings
) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    answers = [sign_in(client, email=person.email, password="wrong") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert (answers[2]["Retry-After"], answers[2].json()["code"]) == ("3600", "throttled")
    assert sign_in(client, email=person.email, password=PASSWORD).status_code == 429
    assert client.post("/sign-in/", {"username": person.email, "password": PASSWORD}).status_code
    assert "_auth_user_id" not in client.session


def test_a_right_password_forgets_the_wrong_ones(
    client: Client, person: User, settings: Settings
) -> None:
    settings.AXES_FAILURE_LIMIT = 2
    for _ in range(3):
        assert sign_in(client, email=person.email, password="wrong").status_code == 401
        assert sign_in(client, email=person.email, password=PASSWORD).status_code == 200


class TestSecondFactor:
    @pytest.fixture(autouse=True)
    def _in_true_time(self, clock: Any) -> Iterator[None]:
        """The app reckons its codes by the time of the machine."""
        clock.move_to(NOW)
        return iter(())

    def test_its_code_is_asked_for(self, client: Client, person: User) -> None:
        add_app(person)
        typed = {"email": person.email, "password": PASSWORD}
        response = sign_in(client, **typed)
        assert (response.status_code, "mfaOTPCode" in response.json()["message"]) == (401, True)
        assert sign_in(client, **typed, mfaOTPCode="000000").status_code == 401
        code = code_now()
        assert sign_in(client, **typed, mfaOTPCode=code).status_code == 200
        assert sign_in(client, **typed, mfaOTPCode=code).status_code == 401

    def test_a_recovery_code_serves_once(self, client: Client, person: User) -> None:
        add_app(person)
        typed = {
            "email": person.email,
            "password": PASSWORD,
            "mfaOTPCode": recovery_codes(person)[0],
        }
        assert [sign_in(client, **typed).status_code for _ in range(2)] == [200, 401]

    def test_who_must_have_one_and_has_none_uses_a_key(self, client: Client, person: User) -> None:
        Account.objects.update(second_factor_required=True)
        response = sign_in(client, email=person.email, password=PASSWORD)
        assert (response.status_code, "use a key" in response.json()["message"]) == (401, True)


def test_old_ends_are_forgotten(client: Client, agg: Account, soracom: SignIn) -> None:
    headers = soracom(agg)
    client.post(OUT, headers=headers)
    tokens.forget(now=NOW + timedelta(hours=23))
    assert not works(client, headers)
    tokens.forget(now=NOW + tokens.DEFAULT)
    assert works(client, headers)  # were it not too old by then


def test_signing_in_by_key_costs_one_query_once_its_use_is_noted(
    client: Client, agg: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    key, secret = factories.api_key(account=agg)
    sign_in(client, authKeyId=key.public_id, authKey=secret)
    with django_assert_num_queries(1):
        sign_in(client, authKeyId=key.public_id, authKey=secret)
