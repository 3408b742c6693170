"""Limits by key and address, shared by all processes; without their count everything goes on."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from accounts.models import Account
from tests import factories
from tests.api.conftest import SignIn

pytestmark = pytest.mark.django_db
OUT = "/v1/auth/logout"
NOW = factories.NOW + timedelta(seconds=20)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_a_key_that_asks_too_often_is_told_when_to_come_again(
    client: Client, agg: Account, soracom: SignIn, settings: Settings, clock: Any
) -> None:
    settings.API_LIMITS = settings.API_LIMITS | {"read": 2}
    headers, other = soracom(agg), soracom(agg)
    answers = [client.get(OUT, headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [405, 405, 429]
    assert (answers[2]["Retry-After"], answers[2].json()["code"]) == ("40", "throttled")
    assert client.get(OUT, headers=other).status_code == 405
    clock.move_to(NOW + timedelta(seconds=40))
    assert client.get(OUT, headers=headers).status_code == 405


def test_signing_in_is_limited_by_place(client: Client, settings: Settings, clock: Any) -> None:
    settings.API_LIMITS = settings.API_LIMITS | {"sign_in": 1}
    first, again = client.generic("POST", "/v1/auth"), client.generic("POST", "/v1/auth")
    other = client.generic("POST", "/v1/auth", REMOTE_ADDR="192.0.2.7")
    assert [first.status_code, again.status_code, other.status_code] == [401, 429, 401]


def test_requests_go_on_when_they_cannot_be_counted(
    client: Client, agg: Account, soracom: SignIn, settings: Settings, clock: Any
) -> None:
    gone = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "unix:///nowhere/valkey.sock?db=0",
    }
    headers = soracom(agg)
    settings.CACHES = settings.CACHES | {"limits": gone}
    assert client.post(OUT, headers=headers).status_code == 204
