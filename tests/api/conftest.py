"""Programs of the cast: keys, tokens, and a client that keeps to its dialect."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from pytest_django import Settings

from accounts.choices import Scope
from accounts.models import Account
from billing_portal.common.api.limits import CACHE
from tests import factories
from tests.api.answers import CheckedClient

Headers = dict[str, str]
SignIn = Callable[..., Headers]


@pytest.fixture(autouse=True)
def _counts_in_memory(settings: Settings) -> None:
    """There is no broker in which requests could be counted."""
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "limits"}
    settings.CACHES = settings.CACHES | {CACHE: memory}
    caches[CACHE].clear()


@pytest.fixture
def client() -> Client:
    return CheckedClient()


@pytest.fixture
def bearer() -> SignIn:
    """The header of a new key of an account."""

    def header(account: Account, *scopes: Scope) -> Headers:
        _key, secret = factories.api_key(account=account, scopes=scopes or tuple(Scope))
        return {"Authorization": f"Bearer {secret}"}

    return header


@pytest.fixture
def soracom(client: Client) -> SignIn:
    """The two headers of a token, for a new key of an account that signs in."""

    def headers(account: Account, *scopes: Scope) -> Headers:
        key, secret = factories.api_key(account=account, scopes=scopes or tuple(Scope))
        typed = {"authKeyId": key.public_id, "authKey": secret}
        return pair(client.post("/v1/auth", typed, content_type="application/json").json())

    return headers


def pair(answer: dict[str, Any]) -> Headers:
    """The headers that a client makes of the answer to signing in."""
    return {"X-Soracom-API-Key": answer["apiKey"], "X-Soracom-Token": answer["token"]}
