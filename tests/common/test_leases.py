"""A row is leased to one process at a time, and the lease of a dead process is void."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Account
from billing_portal.common import leases
from invoices.models import RunItem
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def items(agg: Account, ten: Account, stray: Account) -> list[RunItem]:
    run = factories.billing_run()
    return [
        factories.run_item(run=run, account=account, due_at=NOW) for account in (agg, ten, stray)
    ]


def take(now: datetime = NOW, limit: int | None = None) -> list[int]:
    return leases.take(RunItem.objects.all(), now=now, seconds=60, limit=limit)


def held_by(owner: str) -> None:
    RunItem.objects.update(lease_owner=owner, lease_until=NOW + MINUTE)


def test_what_is_due_is_taken_once(items: list[RunItem]) -> None:
    assert take() == [item.pk for item in items]
    assert take() == []
    row = RunItem.objects.first()
    assert row is not None
    assert (row.lease_owner, row.lease_until, row.attempts) == (leases.owner(), NOW + MINUTE, 1)


def test_what_is_not_due_is_left(items: list[RunItem]) -> None:
    RunItem.objects.filter(pk=items[1].pk).update(due_at=NOW + MINUTE)
    assert take() == [items[0].pk, items[2].pk]
    assert take(now=NOW + MINUTE / 2) == []


def test_the_longest_due_come_first_and_keys_are_in_order(items: list[RunItem]) -> None:
    RunItem.objects.filter(pk__gt=items[0].pk).update(due_at=NOW - MINUTE)
    assert take(limit=2) == [items[1].pk, items[2].pk]
    assert take(limit=2) == [items[0].pk]


def test_only_rows_of_the_queryset_are_taken(items: list[RunItem], agg: Account) -> None:
    mine = RunItem.objects.filter(account=agg).order_by("-pk")
    assert leases.take(mine, now=NOW, seconds=60) == [items[0].pk]


def test_a_lease_ends_with_its_time(items: list[RunItem]) -> None:
    take()
    assert take(now=NOW + MINUTE - timedelta(microseconds=1)) == []
    assert len(take(now=NOW + MINUTE)) == len(items)


def test_many_rows_are_taken_at_once(items: list[RunItem], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "BATCH", 2)
    assert len(take()) == RunItem.objects.filter(lease_owner=leases.owner()).count() == 3


def name(**parts: str) -> str:
    host, boot, pid, start = leases.owner().split(":")
    own = {"host": host, "boot": boot, "pid": pid, "start": start}
    return ":".join({**own, **parts}.values())


@pytest.mark.parametrize(
    ("parts", "free"),
    [
        ({}, False),
        ({"boot": "another"}, True),
        ({"start": "1"}, True),  # the number was given to another process
        ({"pid": "4194305"}, True),  # greater than any
        ({"host": "elsewhere/1"}, False),
        ({"host": "elsewhere/1", "boot": "another", "pid": "4194305"}, False),
    ],
)
def test_only_the_surely_dead_lose_their_lease(
    items: list[RunItem], parts: dict[str, str], free: bool
) -> None:
    held_by(name(**parts))
    assert leases.free(RunItem.objects.all(), NOW).exists() == free
    assert bool(take()) == free


OWNER = (
    "from billing_portal.common import leases; import sys;"
    "print(leases.owner(), flush=True); sys.stdin.read()"
)


def test_a_process_holds_its_lease_until_it_dies(items: list[RunItem]) -> None:
    code = f"import django; django.setup(); {OWNER}"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "billing_portal.settings"},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        held_by(process.stdout.readline().strip())
        assert take() == []
        process.kill()
        process.wait()
    assert len(take()) == len(items)


def test_released_rows_are_free(items: list[RunItem]) -> None:
    leases.release(RunItem, take()[:1])
    assert take() == [items[0].pk]


def test_another_ones_lease_is_not_released_extended_or_failed(items: list[RunItem]) -> None:
    held_by("elsewhere/1:boot:1:1")
    keys = [item.pk for item in items]
    leases.release(RunItem, keys)
    assert leases.extend(RunItem, keys, now=NOW, seconds=600) == []
    assert not leases.fail(items[0], error="no", now=NOW, delay=MINUTE)
    untouched = RunItem.objects.filter(
        lease_owner="elsewhere/1:boot:1:1", lease_until=NOW + MINUTE, error="", due_at=NOW
    )
    assert untouched.count() == len(items)


def test_an_extended_lease_lasts_longer(items: list[RunItem]) -> None:
    keys = take()
    assert leases.extend(RunItem, keys[:2], now=NOW + MINUTE / 2, seconds=60) == keys[:2]
    assert take(now=NOW + MINUTE) == keys[2:]


def test_a_failed_row_is_due_again_later(items: list[RunItem]) -> None:
    take()
    assert leases.fail(items[0], error="broken", now=NOW, delay=2 * MINUTE)
    again = RunItem.objects.get(pk=items[0].pk)
    assert (again.error, again.lease_owner, again.attempts) == ("broken", "", 1)
    assert items[0].due_at == again.due_at == NOW + 2 * MINUTE
    assert items[0].pk not in take(now=NOW + MINUTE)
    assert items[0].pk in take(now=NOW + 2 * MINUTE)
