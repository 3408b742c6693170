"""The tick that keeps running months up to date: once for each UTC day, and only what is open."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from billing_portal.celery import app
from billing_portal.common.clock import VARIABLE
from invoices.models import Bill
from invoices.tasks import bills as tasks
from tests.factories import MONTH
from tests.invoices.bills import shop


def tick(monkeypatch: pytest.MonkeyPatch, instant: datetime) -> int:
    """Let the calendar tick at an instant; return how many shards were enqueued and rated."""
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks, "send", lambda _task, **words: sent.append(words))
    monkeypatch.setenv(VARIABLE, instant.isoformat())
    tasks.evaluate_due()
    for words in sent:
        tasks.evaluate(**words)
    return len(sent)


def october(day: int, hour: int) -> datetime:
    return datetime(2026, 10, day, hour, 20, tzinfo=UTC)


def test_a_month_is_evaluated_once_after_each_midnight_utc(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop.customer("ACME")
    counted = []
    for instant in (october(5, 9), october(5, 23), october(6, 0), october(6, 1)):
        shards = tick(monkeypatch, instant)
        counted.append((shards, Bill.objects.get().through))
    yesterday, today = date(2026, 10, 4), date(2026, 10, 5)
    assert counted == [(1, yesterday), (0, yesterday), (1, today), (0, today)]


def test_a_closed_month_is_left_alone_and_the_next_one_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = shop.customer("ACME")
    shop.end_month()
    closed = Bill.objects.filter(month=MONTH).values().get()
    tick(monkeypatch, datetime(2026, 11, 5, tzinfo=UTC))
    assert Bill.objects.filter(month=MONTH).values().get() == closed
    assert shop.bill_of(account, MONTH.next).net == 40


def test_the_calendar_ticks_every_hour() -> None:
    entry = app.conf.beat_schedule["evaluate-running-month"]
    assert entry["task"] == tasks.evaluate_due.name
    assert len(entry["schedule"].hour) == 24
