"""Administrators make keys for programs of their account, see them and revoke them."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.choices import Role, Scope
from accounts.models import Account, ApiKey, User
from accounts.services import keys
from tests import factories
from tests.accounts.conftest import Trail

LIST, NEW = "/settings/keys/", "/settings/keys/new/"
NOW = factories.NOW
WISH = {"name": "Night script", "scopes": ["usage:read", "billing:read"], "lasting": "90"}


@pytest.fixture
def admin(client: Client, aggregator: User) -> Client:
    client.force_login(aggregator)
    return client


def test_a_new_key_is_shown_once_and_kept_as_a_hash(admin: Client, trail: Trail) -> None:
    answer = admin.post(NEW, WISH)
    secret = re.findall(r"secret-\w{54}", answer.content.decode())[0]
    key = ApiKey.objects.get()
    assert "no-store" in answer["Cache-Control"]
    assert secret not in str(ApiKey.objects.values())
    assert keys.by_secret(secret=secret, now=key.created_at) == key
    assert key.expires_at == key.created_at + timedelta(days=90)
    assertNotContains(admin.get(LIST), secret)
    assert trail()[-1] == ("api_key.create", "aggregator@example.com", str(key))


def test_the_list_says_what_a_key_may_and_that_it_is_revoked(
    admin: Client, agg: Account, trail: Trail
) -> None:
    key, _ = factories.api_key(account=agg, scopes=[Scope.READ_USAGE])
    assertContains(admin.get(LIST), "Read usage")
    assertContains(admin.get(f"{LIST}{key.pk}/revoke/"), "cannot be undone")
    assertRedirects(admin.post(f"{LIST}{key.pk}/revoke/"), f"{LIST}?account=AGG")
    assertContains(admin.get(LIST), "Revoked")
    assert trail()[-1] == ("api_key.revoke", "aggregator@example.com", str(key))


def test_a_key_that_may_nothing_is_not_made(admin: Client) -> None:
    assertContains(admin.post(NEW, WISH | {"scopes": []}), "This field is required")
    assert not ApiKey.objects.exists()


def test_an_account_that_never_paid_is_not_offered_money(client: Client, tenant: User) -> None:
    client.force_login(tenant)
    assertNotContains(client.get(NEW), "billing:read")
    client.post(NEW, WISH)
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("held", [Role.VIEWER, Role.BILLING])
def test_who_manages_nothing_finds_no_such_page(held: Role, client: Client, agg: Account) -> None:
    client.force_login(factories.person(agg, role=held))
    key, _ = factories.api_key(account=agg)
    pages = (LIST, NEW, f"{LIST}{key.pk}/revoke/")
    assert {client.get(page).status_code for page in pages} == {404}
    assert client.post(f"{LIST}{key.pk}/revoke/").status_code == 404


def test_keys_that_work_are_counted(admin: Client, agg: Account) -> None:
    for _ in range(keys.MOST_KEYS):
        factories.api_key(account=agg)
    assertContains(admin.post(NEW, WISH), "Revoke one that nobody uses")
    keys.revoke(key=ApiKey.objects.all()[0], actor="x", now=NOW)
    assertContains(admin.post(NEW, WISH), "secret-")


def test_only_a_working_key_is_found_by_its_secret(agg: Account) -> None:
    key, secret = factories.api_key(account=agg, expires_at=NOW)
    early = NOW - timedelta(seconds=1)
    assert keys.by_secret(secret=secret, now=early, public_id=key.public_id) == key
    assert keys.by_secret(secret=secret, now=early, public_id="keyId-other") is None
    assert keys.by_secret(secret=secret + "x", now=early) is None
    assert keys.by_secret(secret=secret, now=NOW) is None
    keys.revoke(key=key, actor="x", now=early)
    assert keys.by_secret(secret=secret, now=early) is None


def test_keys_survive_a_change_of_the_secret_key(agg: Account, settings: Settings) -> None:
    key, secret = factories.api_key(account=agg)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 9
    assert keys.by_secret(secret=secret, now=NOW) == key
    settings.SECRET_KEY_FALLBACKS = []
    assert keys.by_secret(secret=secret, now=NOW) is None


def test_the_last_use_is_written_once_a_minute(agg: Account) -> None:
    key, _ = factories.api_key(account=agg)
    for seconds, known in ((0, 0), (59, 0), (60, 60)):
        keys.note_use(key=key, now=NOW + timedelta(seconds=seconds))
        key.refresh_from_db()
        assert key.last_used_at == NOW + timedelta(seconds=known)


def test_staff_can_end_a_key_and_never_see_its_hash(
    client: Client, operator: User, agg: Account, trail: Trail
) -> None:
    client.force_login(operator)
    key, _ = factories.api_key(account=agg)
    page = f"/staff/accounts/apikey/{key.pk}/change/"
    assertContains(client.get(page), key.public_id)
    assertNotContains(client.get(page), key.digest)
    act = {"action": "revoke", "_selected_action": [key.pk]}
    client.post("/staff/accounts/apikey/", act)
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert trail()[-1] == ("api_key.revoke", "operator@example.com", str(key))
