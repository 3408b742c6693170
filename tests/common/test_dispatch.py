"""A broker that cannot be reached breaks no page."""

import logging
from typing import Any

import pytest
from celery import Celery
from django.conf import settings
from kombu.exceptions import EncodeError

from billing_portal.common.dispatch import send


def work(**_arguments: Any) -> None:
    pass


def task_on(broker: str) -> Any:
    app = Celery("nowhere", broker=broker, set_as_current=False)
    app.conf.task_publish_retry = settings.CELERY_TASK_PUBLISH_RETRY
    app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    return app.task(name="somebody.works", shared=False)(work)  # of no other app


def test_a_broker_that_is_down_is_said_and_survived(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        reached = send(task_on("redis+socket:///nowhere/valkey.sock"), ids=[1])
    assert reached is False
    assert "somebody.works" in caplog.text


def test_nobody_waits_for_a_broker_that_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        assert sum(pauses) < 1

    monkeypatch.setattr("kombu.utils.functional.sleep", pause)
    send(task_on("redis+socket:///nowhere/valkey.sock"), ids=[1])
    assert pauses  # it is asked once more


def test_a_broker_that_takes_it_is_told_so() -> None:
    assert send(task_on("memory://"), ids=[1]) is True


def test_a_mistake_in_the_call_is_not_hidden() -> None:
    with pytest.raises(EncodeError):
        send(task_on("memory://"), ids={object()})
