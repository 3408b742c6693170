"""What the points of devices say at present, kept as one row of each for lists and searches.

Whoever writes points or names brings the rows in step within the same transaction, holding the lock
of the devices. Points that are dated in advance come into force by `refresh_due`.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction

from billing_portal.common.loading import load
from usage.models import (
    Device,
    DeviceIdentifier,
    DeviceLabel,
    DeviceNow,
    DeviceOption,
    DeviceOwner,
    DevicePlan,
    DeviceStatus,
)
from usage.models.devices import DevicePoint
from usage.selectors.chunks import chunks
from usage.selectors.searching import search_text

BATCH = 2_000
HISTORIES: tuple[type[DevicePoint], ...] = (
    DeviceOwner,
    DevicePlan,
    DeviceStatus,
    DeviceOption,
    DeviceLabel,
)


def refresh(*, device_ids: Collection[int], now: datetime) -> None:
    """Work out the rows of these devices again, in a constant number of queries for each batch.

    Runs in the transaction of the caller, who has locked the devices.
    """
    for part in chunks(sorted(set(device_ids)), BATCH):
        devices = list(Device.objects.filter(pk__in=part))
        points = [
            point
            for model in HISTORIES
            for point in model._default_manager.filter(device_id__in=part).order_by("since")
        ]
        identifiers = DeviceIdentifier.objects.filter(device_id__in=part)
        write(rows=rows(devices=devices, points=points, identifiers=identifiers, now=now))


def refresh_due(*, now: datetime) -> int:
    """Bring in step the devices for which a point dated in advance has begun; return how many.

    Safe at any time and in many processes at once: a row that is in step stays as it is.
    """
    count, last = 0, 0
    due = DeviceNow.objects.filter(due_at__lte=now).order_by("device_id")
    while keys := list(due.filter(device_id__gt=last).values_list("device_id", flat=True)[:BATCH]):
        with transaction.atomic():
            lock(device_ids=keys)
            refresh(device_ids=keys, now=now)
        count, last = count + len(keys), keys[-1]
    return count


def lock(*, device_ids: Collection[int]) -> None:
    """Let one change of each device happen at a time. Comes before all other locks, by key."""
    devices = Device.objects.filter(pk__in=device_ids).order_by("pk")
    list(devices.select_for_update(no_key=True).values_list("pk"))


def write(*, rows: Sequence[DeviceNow]) -> None:
    """Put rows in the place of those of the same devices."""
    DeviceNow.objects.filter(device_id__in=[row.device_id for row in rows]).delete()
    load(rows)


def rows(
    *,
    devices: Iterable[Device],
    points: Iterable[DevicePoint],
    identifiers: Iterable[DeviceIdentifier],
    now: datetime,
) -> list[DeviceNow]:
    """Return what holds for devices at present, from all their points.

    The points of one history come in the order of `since`.
    """
    found = {device.pk: _blank(device) for device in devices}
    for point in points:
        row = found[point.device_id]
        if point.since > now:
            row.due_at = min(row.due_at or point.since, point.since)
        else:
            _apply(row, point)
    numbers: dict[int, list[str]] = {}
    for identifier in sorted(identifiers, key=lambda one: (one.kind, one.value)):
        numbers.setdefault(identifier.device_id, []).append(identifier.value)
    for pk, row in found.items():
        row.options.sort()
        texts = (row.key, row.name, *numbers.get(pk, ()), row.group)
        row.search = search_text(texts=texts, tags=row.tags)
    return list(found.values())


def _blank(device: Device) -> DeviceNow:
    return DeviceNow(
        device_id=device.pk,
        key=device.key,
        kind=device.kind,
        coverage=device.coverage,
        name=device.name,
    )


def _apply(row: DeviceNow, point: DevicePoint) -> None:
    match point:
        case DeviceOwner():
            row.account_id = point.account_id
        case DevicePlan():
            row.plan_id = point.plan_id
        case DeviceStatus():
            if point.status != row.status:
                row.status, row.status_since = point.status, point.since
        case DeviceLabel():
            row.tags, row.group = dict(point.tags), point.group
        case DeviceOption():
            others = [option for option in row.options if option != point.option]
            row.options = [*others, point.option] if point.enabled else others
