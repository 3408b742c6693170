"""Two changes at once: each sees for whom the other made it matter, or is looked at again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Account
from tests import factories
from tests.factories import MONTH, NOW
from usage.models import AccountMonth, Device, DeviceOwner
from usage.selectors.records import owner_stamp
from usage.services import months, placements
from usage.services.devices import points, set_owner, set_status
from usage.services.devices.reach import lock_reach

LATER = MONTH.start + timedelta(days=9)


@pytest.fixture
def accounts() -> list[Account]:
    found = [factories.account(key=key) for key in ("OLD", "NEW")]
    for account in found:
        factories.account_month(account=account)
    return found


def _version(account: Account) -> int:
    return AccountMonth.objects.get(account=account, month=MONTH).version


def _elsewhere(work: Callable[[], None]) -> None:
    """Do it on a connection of its own."""
    try:
        work()
    finally:
        connection.close()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="one writer at a time")
def test_a_status_that_waits_for_a_move_reaches_the_new_owner(
    accounts: list[Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = accounts
    device = factories.device(account=old)
    looked = Event()

    def seen(**reaches: Any) -> Any:
        looked.set()
        return lock_reach(**reaches)

    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            set_owner(device=device, account=new, since=LATER, now=NOW)
            monkeypatch.setattr(points, "lock_reach", seen)
            waiting = pool.submit(_elsewhere, partial(_suspend, device))
            looked.wait(1)
        waiting.result()
    assert _version(new) == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="one writer at a time")
def test_a_status_reaches_who_pays_for_an_account_that_moved_meanwhile(
    accounts: list[Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = accounts
    device = factories.device(account=old)
    lock, first = months.lock, iter([True])

    def late(**keys: Any) -> Any:
        if next(first, False):
            with ThreadPoolExecutor() as pool:
                pool.submit(_elsewhere, partial(_move, old, new)).result()
        return lock(**keys)

    monkeypatch.setattr(months, "lock", late)
    _suspend(device)
    assert _version(new) == 2


@pytest.mark.django_db
def test_the_stamp_tells_of_an_owner_whose_key_is_not_the_greatest(
    accounts: list[Account],
) -> None:
    old, new = accounts
    device = factories.device(account=old)
    of = frozenset({device.pk})
    point = DeviceOwner(device=device, account=new, since=LATER, recorded_at=NOW)
    DeviceOwner(pk=2_000, device=device, account=new, since=NOW, recorded_at=NOW).save()
    stamp = owner_stamp(devices=of)
    point.pk, point.recorded_at = 1_000, factories.LONG_AGO
    point.save(force_insert=True)
    assert owner_stamp(devices=of) != stamp


@pytest.mark.django_db
def test_the_stamp_tells_of_an_owner_that_is_replaced_by_a_slow_clock(
    accounts: list[Account],
) -> None:
    old, new = accounts
    device = factories.device(account=old)
    of = frozenset({device.pk})
    stamp, since = owner_stamp(devices=of), factories.LONG_AGO
    set_owner(device=device, account=new, since=since, now=since - timedelta(days=1))
    assert owner_stamp(devices=of) != stamp


def _suspend(device: Device) -> None:
    set_status(device=device, status="suspended", since=LATER, now=NOW)


def _move(account: Account, payer: Account) -> None:
    since = MONTH.first_day
    placements.move(
        account=account, since=since, parent=payer, is_billing=False, actor="staff", now=NOW
    )
