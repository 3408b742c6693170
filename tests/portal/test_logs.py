"""What the log says of requests, and what it never says."""

import json
import logging.config
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import Account, User
from billing_portal.common import logs
from billing_portal.views import health

pytestmark = pytest.mark.django_db
NAMES = ("aggregator@example.com", "Aggregator", "AGG", "secret", "hunter2", "Mozilla")
ERROR = "no aggregator@example.com\nDETAIL:  Key (name)=(Aggregator)\nat /x/?q=AGG"


@pytest.fixture
def log() -> Iterator[StringIO]:
    """The lines that a process in production would write."""
    config = settings.LOGGING | logs.configuration(level="INFO", as_json=True)
    config["handlers"]["console"]["stream"] = written = StringIO()
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    logging.config.dictConfig(config)
    yield written
    root.handlers[:] = before
    root.setLevel(level)


def lines(log: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_request_leaves_one_line_with_ids(
    log: StringIO, client: Client, aggregator: User, agg: Account
) -> None:
    client.force_login(aggregator)
    client.get(reverse("bills"), {"account": "AGG"})
    (line,) = lines(log)
    assert line["request"] == "GET /bills/"
    assert (line["code"], line["user_id"], line["account_id"]) == (200, aggregator.pk, agg.pk)


def test_nothing_that_names_a_person_or_opens_a_door_is_written(
    log: StringIO, client: Client, aggregator: User
) -> None:
    client.get("/bills/?q=Aggregator&email=aggregator@example.com")
    credentials = {"username": "aggregator@example.com", "password": "hunter2"}
    client.post(reverse("login"), credentials | {"login": "aggregator@example.com"})
    client.get("/downloads/secret/", headers={"user-agent": "Mozilla"})
    client.force_login(aggregator)
    for path in ("/", "/?account=AGG", "/bills/AGG/japan/2026-10/", "/Aggregator/secret/"):
        client.get(path)
    assert len(lines(log)) >= 7
    assert [name for name in NAMES if name in log.getvalue()] == []


def test_an_error_is_written_with_its_place_but_without_persons(
    log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise ValueError(ERROR)

    monkeypatch.setattr(health, "last_heartbeat", broken)
    Client(raise_request_exception=False).get("/healthz?only=worker")
    (line,) = lines(log)
    assert (line["event"], line["code"]) == ("request_failed", 500)
    assert "in broken" in line["exception"]
    assert [name for name in NAMES if name in line["exception"]] == []


@pytest.mark.parametrize("given", ["abcdef12-proxy.7"])
def test_a_proxys_request_id_is_taken_and_returned(
    log: StringIO, client: Client, given: str
) -> None:
    response = client.get(reverse("login"), headers={"x-request-id": given})
    assert response["X-Request-ID"] == lines(log)[0]["request_id"] == given


@pytest.mark.parametrize("given", ["", "short", "taro@example.com", "x" * 65, "12345678\n"])
def test_any_other_request_id_is_replaced(log: StringIO, client: Client, given: str) -> None:
    response = client.get(reverse("login"), headers={"x-request-id": given})
    assert re.fullmatch(r"[0-9a-f-]{36}", response["X-Request-ID"])


@pytest.mark.parametrize(("task", "written"), [("accounts.tasks.jobs.sweep", 0), ("other", 1)])
def test_ticks_that_come_and_go_leave_no_line(log: StringIO, task: str, written: int) -> None:
    event = {"event": "task_succeeded", "task": task, "level": "info"}
    logging.getLogger("django_structlog.celery").info(event)
    assert len(log.getvalue().splitlines()) == written
