"""What the tests of staff pages share."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client

from accounts.models import User


@pytest.fixture
def staff(client: Client, operator: User, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The operator at work, on the second of November 2026."""
    monkeypatch.setenv("MEISAI_CLOCK", "2026-11-02T09:00:00Z")
    client.force_login(operator)
    return client


class Broker:
    """A broker that keeps what it is told, or is down."""

    def __init__(self) -> None:
        self.is_up = True
        self.told: list[tuple[str, dict[str, Any]]] = []

    def send(self, task: Any, **arguments: Any) -> bool:
        self.told.append((task.name, arguments))
        return self.is_up


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    broker = Broker()
    for topic in ("runs", "documents"):
        monkeypatch.setattr(f"invoices.admin.{topic}.send", broker.send)
    return broker


def said(response: Any) -> str:
    """The messages of a page, or of the one that follows it."""
    answer: HttpResponse = response
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))  # type: ignore[attr-defined]


def sent(response: Any) -> bytes:
    """The bytes of a file that a page sends. Reading to the end closes it."""
    return b"".join(response if not response.streaming else response.streaming_content)
