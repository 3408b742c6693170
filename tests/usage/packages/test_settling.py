"""A tick enters what packages did by themselves, for every account, each at its own instant."""

from datetime import timedelta

import pytest

from accounts.models import Account
from billing_portal.celery import app
from billing_portal.common.clock import VARIABLE
from tests.usage.packages import shelf
from tests.usage.packages.shelf import DAY, END, START
from usage.models import QuotaEntry, QuotaLedger
from usage.services.packages import settling
from usage.tasks.packages import settle

pytestmark = pytest.mark.django_db


def test_it_settles_every_account_that_is_due_and_no_other(agg: Account, stray: Account) -> None:
    shelf.create(agg)
    shelf.create(stray, at=START + DAY)
    assert settling.settle_due(now=END - timedelta(microseconds=1)) == 0
    assert settling.settle_due(now=END) == 1
    assert settling.settle_due(now=END + 9 * DAY) == 1
    assert settling.settle_due(now=END + 9 * DAY) == 0
    ends = QuotaEntry.objects.filter(reason="package_termination").order_by("at")
    assert [entry.at for entry in ends] == [END, END + DAY]
    assert {entry.recorded_at for entry in ends} == {END, END + 9 * DAY}


def test_the_tick_of_the_calendar_does_it(agg: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    tick = app.conf.beat_schedule["settle-packages"]
    assert (tick["task"], tick["schedule"]) == (settle.name, 60.0)
    shelf.create(agg, starts_at=START + DAY)
    assert shelf.ledger(agg) == []
    monkeypatch.setenv(VARIABLE, (START + DAY).isoformat())
    settle()
    assert shelf.ledger(agg) == [("package_creation", 1000, 1000)]


def test_a_ledger_knows_when_it_is_due_next(agg: Account) -> None:
    def due() -> object:
        return QuotaLedger.objects.get().due_at

    shelf.create(agg, starts_at=START + DAY)
    assert due() == START + DAY
    shelf.settle(agg, START + DAY)
    assert due() == END + DAY
    renewed = shelf.renew(agg, at=START + 2 * DAY)
    shelf.settle(agg, END + DAY)
    assert due() == renewed.ends_at
    shelf.settle(agg, renewed.ends_at)
    assert due() is None


def test_an_account_that_fails_holds_up_no_other(agg: Account, stray: Account) -> None:
    """Its head was altered by hand, so that the next event has a number that is taken."""
    shelf.create(agg)
    shelf.create(stray)
    QuotaLedger.objects.filter(account=agg).update(number=0)
    with pytest.raises(ExceptionGroup) as failed:
        settling.settle_due(now=END)
    assert [error.__notes__ for error in failed.value.exceptions] == [[f"Account {agg.pk}"]]
    assert [reason for reason, _, _ in shelf.ledger(stray)][1:] == ["package_termination"]
