"""What /healthz says, and to whom it gives away nothing."""

import re
from collections.abc import Callable
from datetime import timedelta
from time import monotonic, sleep
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError, connection
from django.test import Client

from accounts.models import Heartbeat
from accounts.tasks.health import heartbeat
from billing_portal.common import clock, frozen
from billing_portal.views import health
from tests import factories

pytestmark = pytest.mark.django_db
SECRET = "postgres://meisai:secret@db.example/meisai"


@pytest.fixture
def well(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that answers and a worker just heard of."""
    monkeypatch.setattr(health, "_reach_broker", lambda: None)
    monkeypatch.setattr(clock, "now", lambda: factories.NOW)
    heartbeat()


def asked(client: Client, **query: str) -> tuple[int, dict[str, str]]:
    response = client.get("/healthz", query)
    return response.status_code, response.json()["checks"]


def raises(problem: Exception) -> Callable[..., None]:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise problem

    return fail


@pytest.mark.usefixtures("well")
def test_all_is_well(client: Client) -> None:
    names = ("database", "broker", "worker", "triggers", "files")
    assert asked(client) == (200, dict.fromkeys(names, "ok"))


@pytest.mark.usefixtures("well")
@pytest.mark.parametrize(
    ("name", "place", "attribute"),
    [
        ("database", connection, "cursor"),
        ("broker", health, "_reach_broker"),
        ("files", default_storage, "save"),
    ],
)
def test_what_fails_is_named_without_its_secrets(
    client: Client, monkeypatch: pytest.MonkeyPatch, name: str, place: object, attribute: str
) -> None:
    monkeypatch.setattr(place, attribute, raises(OperationalError(SECRET)))
    status, checks = asked(client, only=name)
    assert (status, list(checks)) == (503, [name])
    assert "reached" in checks[name]
    assert not {"secret", "db.example"} & set(checks[name].replace("@", " ").split())


@pytest.mark.usefixtures("well")
def test_a_worker_that_is_silent_for_too_long_is_lost(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = factories.NOW + timedelta(seconds=settings.HEARTBEAT_SECONDS + 1)
    monkeypatch.setattr(clock, "now", lambda: later)
    status, checks = asked(client, only="worker")
    assert status == 503
    assert re.fullmatch(r"No worker has been heard of for 901 seconds\.", checks["worker"])


def test_before_the_first_heartbeat_no_worker_is_there(client: Client) -> None:
    assert asked(client, only="worker") == (503, {"worker": "No worker has been heard of yet."})


def test_one_row_is_all_that_heartbeats_leave() -> None:
    heartbeat()
    heartbeat()
    assert Heartbeat.objects.count() == 1


@pytest.mark.usefixtures("well")
def test_a_table_that_is_no_longer_frozen_is_noticed(client: Client) -> None:
    frozen.drop(connection)
    status, checks = asked(client, only="triggers")
    assert status == 503
    assert "manage.py migrate" in checks["triggers"]


@pytest.mark.usefixtures("well")
def test_what_hangs_is_waited_for_no_longer_than_its_limit(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "SECONDS", 0.05)
    monkeypatch.setattr(health, "_reach_broker", lambda: sleep(1))
    began = monotonic()
    assert asked(client, only="broker")[0] == 503
    assert monotonic() - began < 0.9


def test_a_check_that_there_is_not_asks_for_all(client: Client) -> None:
    assert len(asked(client, only="nonsense")[1]) == 5
