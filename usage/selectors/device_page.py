"""One device, as far as its visitor may see it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Sum

from accounts.access import Access
from billing_portal.common.periods import Month
from usage.choices import Fold
from usage.models import DeviceNow, DeviceOwner, UsageRecord
from usage.models.devices import DevicePoint
from usage.selectors.histories import HISTORIES

MOST_POINTS = 200
"""Of each history, the newest ones."""
MANY = 5_000
"""Devices of an account from which on its records of a month are many, too, and take a while."""


@dataclass(frozen=True, slots=True)
class Use:
    """What was recorded of a device in a month, by meter and variant.

    `quantity` is the sum, or the greatest one for meters that do not add up.
    """

    meter: str
    name: str
    variant: str
    unit: str
    facts: int
    quantity: int
    last_at: datetime


def get(*, access: Access, key: str) -> DeviceNow:
    """A device that belongs now to an account whose usage is seen; DoesNotExist for all others."""
    rows = DeviceNow.objects.select_related("account", "plan", "device")
    row = rows.prefetch_related("device__identifiers").get(key=key)
    if row.account_id not in access.usage:
        raise DeviceNow.DoesNotExist(key)
    return row


def history(*, access: Access, row: DeviceNow) -> list[DevicePoint]:
    """All change points of the time in which the device was seen, the newest first.

    What became of it elsewhere is nobody's business but the other owner's.
    """
    owners = list(DeviceOwner.objects.filter(device_id=row.device_id).order_by("since"))
    times = list(times_of(owners, access))

    def is_seen(since: datetime) -> bool:
        return any(begins <= since and (ends is None or since < ends) for begins, ends in times)

    return [point for point in whole_history(device_id=row.device_id) if is_seen(point.since)]


def whole_history(*, device_id: int) -> list[DevicePoint]:
    """The change points of a device whoever had it, the newest first: for staff."""
    points = [point for model, related in HISTORIES for point in _latest(model, related, device_id)]
    return sorted(points, key=lambda point: (point.since, point.pk), reverse=True)


def _latest(model: type[DevicePoint], related: Sequence[str], device_id: int) -> Any:
    points = model._default_manager.filter(device_id=device_id).order_by("-since")
    return (points.select_related(*related) if related else points)[:MOST_POINTS]


def times_of(
    owners: Sequence[DeviceOwner], access: Access
) -> Iterator[tuple[datetime, datetime | None]]:
    """From when to when the device belonged to somebody whose usage is seen."""
    ends: Sequence[DeviceOwner | None] = [*owners[1:], None]
    for owner, after in zip(owners, ends, strict=True):
        if owner.account_id in access.usage:
            yield owner.since, after.since if after else None


def used(*, access: Access, row: DeviceNow, month: Month) -> list[Use]:
    """What was recorded of the device in a month, while it belonged to its present owner.

    Reads all records of the owner in that month, in the order of one index: see `is_quick`.
    """
    if row.account_id not in access.usage:
        return []
    found = (
        UsageRecord.objects.filter(
            account_id=row.account_id,
            at__gte=month.start,
            at__lt=month.end,
            device_id=row.device_id,
        )
        .order_by()
        .values_list("meter__code", "meter__name", "variant", "meter__unit", "meter__fold")
        .annotate(Count("pk"), Sum("quantity"), Max("quantity"), Max("at"))
    )
    uses = [
        Use(code, name, variant, unit, count, total if fold == Fold.SUM else most, last)
        for code, name, variant, unit, fold, count, total, most, last in found
    ]
    return sorted(uses, key=lambda use: (use.meter, use.variant))


def is_quick(*, row: DeviceNow) -> bool:
    """Say whether `used` answers at once: the owner has not too many devices."""
    others = DeviceNow.objects.filter(account=row.account)
    return others.order_by()[: MANY + 1].count() <= MANY
