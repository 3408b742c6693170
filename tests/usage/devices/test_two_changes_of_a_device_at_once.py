"""Two writers of one device at once leave a row of the present with what both wrote."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tests import factories
from tests.factories import LONG_AGO, NOW
from usage.models import Device, DeviceNow
from usage.services.devices import (
    DeviceExists,
    NewDevice,
    Terms,
    Wish,
    change_devices,
    register_devices,
    set_labels,
    set_option,
    set_status,
)
from usage.services.devices.present import refresh_due

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="one writer at a time"),
]
ROUNDS = 10


def test_what_both_wrote_is_present() -> None:
    device = factories.device(account=factories.account())
    writers = [_label, _switch, _suspend, _tick]
    barrier = Barrier(len(writers))

    def run(write: Callable[[Device, int], object]) -> None:
        try:
            for number in range(ROUNDS):
                barrier.wait(10)
                write(device, number)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(writers)) as pool:
        for done in [pool.submit(run, write) for write in writers]:
            done.result()
    row = DeviceNow.objects.get(device=device)
    assert (row.group, len(row.options), row.status) == ("9", ROUNDS, "suspended")


def _label(device: Device, number: int) -> None:
    set_labels(device=device, tags={}, group=str(number), since=LONG_AGO, now=NOW)


def _switch(device: Device, number: int) -> None:
    set_option(device=device, option=f"o{number}", enabled=True, since=LONG_AGO, now=NOW)


def _suspend(device: Device, number: int) -> None:
    status = "active" if number % 2 == 0 else "suspended"
    set_status(device=device, status=status, since=LONG_AGO, now=NOW)


def _tick(device: Device, _number: int) -> None:
    DeviceNow.objects.filter(device=device).update(due_at=LONG_AGO)
    refresh_due(now=NOW)


def test_two_that_register_the_same_devices_get_along() -> None:
    account = factories.account()
    barrier = Barrier(2)

    def run(order: int) -> list[str]:
        try:
            keys = [f"sim{number}" for number in range(40)][::order]
            barrier.wait(10)
            outcomes = change_devices(
                wishes=[_wish(key, account.pk) for key in keys], terms=Terms(now=NOW)
            )
            return [str(outcome.result) for outcome in outcomes]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = [result for found in pool.map(run, (1, -1)) for result in found]
    assert Device.objects.count() == 40
    assert (results.count("created"), results.count("unchanged")) == (40, 40)


def test_of_two_that_register_one_device_the_second_is_told() -> None:
    # Of two payers, so that no lock on a month keeps them apart.
    accounts = [factories.account() for _ in range(2)]
    barrier = Barrier(2)

    def run(number: int) -> str:
        account_id = accounts[number].pk
        new = NewDevice("sim", "subscriber", "japan", account_id, None, "active", LONG_AGO)
        try:
            barrier.wait(10)
            register_devices(devices=[new], now=NOW)
        except DeviceExists as refusal:
            return str(refusal)
        finally:
            connection.close()
        return "registered"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, range(2))) == ["Device sim exists already.", "registered"]


def _wish(key: str, account_id: int) -> Wish:
    return Wish(
        key=key,
        kind="subscriber",
        coverage="japan",
        account_id=account_id,
        status="active",
        since=LONG_AGO,
        identifiers={"iccid": (f"iccid-{key}",)},
    )
