"""A feed of small files for a month that is being closed: run in processes of its own."""

import csv
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.core.management import call_command

from tests import worlds
from usage.choices import Coverage
from usage.models import Device, UsageRecord

COLUMNS = ("event_id", "account", "device", "meter", "variant", "at", "quantity")
ROWS = 20
MOST_FILES = 400
PAUSE = 0.08


def send(folder: Path, name: str) -> None:
    """Import file after file, each for one device, until facts of every device came too late."""
    devices = list(Device.objects.order_by("key"))
    for number in range(MOST_FILES):
        path = folder / f"{name}-{number}.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *_rows(devices[number % len(devices)], number)])
        call_command("import_usage", str(path), "--source", name)
        late = UsageRecord.objects.filter(source__name=name, late=True)
        if late.values("device").distinct().count() == len(devices):
            return
        time.sleep(PAUSE)
    raise RuntimeError("the month was never closed")


def _rows(device: Device, number: int) -> Iterable[tuple[object, ...]]:
    variant = worlds.VARIANTS[Coverage(device.coverage)]
    account = device.key.split("-")[0]
    for line in range(ROWS):
        at = worlds.BEGINS + timedelta(minutes=number * 61 + line)
        event = f"{number}/{line}"
        yield event, account, device.key, "data.upload", variant, at.isoformat(), number + 1
