"""Campaigns of real processes at one quota in the same instant, and killed in the middle."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from accounts.models import Account
from billing_portal.common.clock import VARIABLE
from tests import factories
from tests.processes import Running, Stage, wait_until
from tests.usage.packages import shelf
from usage.models import Campaign
from usage.services.packages import ledger, settling

pytestmark = pytest.mark.postgres
postgresql = pytest.mark.parametrize("stage", ["postgresql"], indirect=True)
"""SQLite has one writer anyway."""
NOW = factories.NOW
FIRST, SECOND = ("1" * 32, "2" * 32)


@pytest.fixture(autouse=True)
def account(stage: Stage) -> Account:
    """An account with 1,000 tokens and a tenant, TEN."""
    stage.overrides[VARIABLE] = NOW.isoformat()
    with stage.rows():
        account = factories.account(key="AGG")
        factories.account(key="TEN", parent=account)
        shelf.create(account, 1000)
    return account


def start(stage: Stage, who: str, count: int, key: str, **environment: str) -> Running:
    return stage.start("campaign", "start", who, "c", str(count), "--id", key, **environment)


@contextmanager
def held(stage: Stage, account: Account, waiting: int) -> Iterator[None]:
    """Hold the ledger until so many others wait for it."""
    with stage.rows(), transaction.atomic():
        ledger.locked(account_id=account.pk)
        yield
        with connection.cursor() as cursor:
            ask = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"
            wait_until(lambda: cursor.execute(ask).fetchone() == (waiting,))


@postgresql
def test_of_two_that_do_not_fit_together_exactly_one_starts(stage: Stage, account: Account) -> None:
    with held(stage, account, waiting=2):
        running = [start(stage, "AGG", 700, FIRST), start(stage, "TEN", 700, SECOND)]
    codes = sorted(one.wait() for one in running)
    assert codes == [0, 1], stage.logs()
    assert "700 tokens are wanted and 300 are left" in stage.logs()
    with stage.rows():
        assert shelf.ledger(account)[1:] == [("reservation", -700, 300)]


@postgresql
def test_the_same_campaign_twice_at_once_reserves_once(stage: Stage, account: Account) -> None:
    with held(stage, account, waiting=2):
        running = [start(stage, "AGG", 700, FIRST) for _ in range(2)]
    assert [one.wait() for one in running] == [0, 0], stage.logs()
    with stage.rows():
        assert shelf.ledger(account)[1:] == [("reservation", -700, 300)]


@postgresql
def test_of_a_campaign_and_the_expiry_the_expiry_comes_first(
    stage: Stage, account: Account
) -> None:
    """The campaign waits for the lock before the end, and is entered where the ledger stands."""
    with stage.rows(), transaction.atomic():
        row = ledger.locked(account_id=account.pk)
        running = start(stage, "AGG", 700, FIRST)
        settling.catch_up(ledger=row, now=shelf.END + timedelta(days=1))
    assert running.wait() == 1, stage.logs()
    assert "expired on 2027-03-10" in stage.logs()
    with stage.rows():
        assert shelf.ledger(account)[1:] == [("package_termination", -1000, 0)]


@pytest.mark.parametrize("stage", ["sqlite"], indirect=True)
@pytest.mark.parametrize("point", ["quota.written", "campaign.kept"])
def test_after_a_kill_the_same_command_comes_to_the_same(
    stage: Stage, account: Account, point: str
) -> None:
    killed = start(stage, "TEN", 700, FIRST, MEISAI_KILL_AT=point)
    assert killed.wait() == -signal.SIGKILL
    assert start(stage, "TEN", 700, FIRST).wait() == 0, stage.logs()
    finish = ("campaign", "finish", FIRST, "--updated", "10")
    assert stage.start(*finish, MEISAI_KILL_AT=point).wait() == -signal.SIGKILL
    assert stage.start(*finish).wait() == 0, stage.logs()
    with stage.rows():
        assert shelf.ledger(account)[1:] == [
            ("reservation", -700, 300),
            ("reservation_release", 690, 990),
        ]
        assert Campaign.objects.get(pk=UUID(FIRST)).state == "released"
