"""Two writers of one device at once leave a row of the present with what both wrote."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tests import factories
from tests.factories import LONG_AGO, NOW
from usage.models import Device, DeviceNow
from usage.services.devices import set_labels, set_option, set_status
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
