"""Why a device was counted in a month: the facts that decide it, and what decides nothing.

Of the facts those are shown that made the device active or seen first and last: they are found by
their instants, however many facts the account has. No money, and nothing of a bill: what a device
plan counts by is the status (rules.md Q47).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.access import Access
from billing_portal.common.periods import Month
from usage.models import (
    Device,
    DeviceActivity,
    DeviceIdentifier,
    DeviceLabel,
    DeviceOwner,
    DeviceStatus,
    UsageRecord,
)
from usage.selectors.device_page import times_of

MOST = 100
"""Of edits and of points of status, the first ones."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change that moves Last Updated and counts for nothing."""

    at: datetime
    what: str
    """"device" (name, definition, type), "labels" or "identifier"."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What counts for a device in a month, as far as the visitor may see it.

    `held` has the status with which each time in it begins that the visitor sees: the month itself,
    or the instant at which the device came to the account. `statuses` are the changes within.
    """

    device: Device
    is_own: bool
    """Whether it belongs to the visitor now, so that it has a page."""
    rows: Sequence[DeviceActivity]
    facts: Sequence[UsageRecord]
    held: Sequence[tuple[datetime, DeviceStatus]]
    statuses: Sequence[DeviceStatus]
    edits: Sequence[Edit]

    @property
    def active_at(self) -> datetime | None:
        return min((r.first_active_at for r in self.rows if r.first_active_at), default=None)

    @property
    def seen_at(self) -> datetime | None:
        return min((row.first_seen_at for row in self.rows), default=None)


def evidence(*, access: Access, key: str, month: Month, now: datetime) -> Evidence:
    """The evidence of a month. DoesNotExist for a device that the visitor saw neither then nor now.

    Of a device that moved each owner sees the time in which it was his.
    """
    device = Device.objects.get(key=key)
    owners = list(DeviceOwner.objects.filter(device=device).order_by("since"))
    times = list(times_of(owners, access))
    is_own = _is_seen(times, now)
    if not is_own and not any(
        begins < month.end and (ends is None or ends > month.start) for begins, ends in times
    ):
        raise Device.DoesNotExist(key)
    mine = {owner.account_id for owner in owners} & access.usage
    rows = list(DeviceActivity.objects.filter(account_id__in=mine, month=month, device=device))
    held, statuses = _statuses(device, month, times)
    edits = [edit for edit in _edits(device, month) if _is_seen(times, edit.at)]
    return Evidence(device, is_own, rows, _facts(rows), held, statuses, edits)


Times = Sequence[tuple[datetime, datetime | None]]


def _is_seen(times: Times, instant: datetime) -> bool:
    return any(begins <= instant and (ends is None or instant < ends) for begins, ends in times)


def _facts(rows: Sequence[DeviceActivity]) -> list[UsageRecord]:
    """The first and the last fact of each kind; several, if they have one instant."""
    found: list[UsageRecord] = []
    for row in rows:
        instants = {row.first_active_at, row.last_active_at, row.first_seen_at, row.last_seen_at}
        facts = UsageRecord.objects.filter(
            account_id=row.account_id,
            at__in=[instant for instant in instants if instant is not None],
            device_id=row.device_id,
            quantity__gt=0,
        ).exclude(meter__evidence="")
        found += facts.select_related("meter").order_by("at", "pk")[:MOST]
    return sorted(found, key=lambda fact: (fact.at, fact.pk))


def _statuses(
    device: Device, month: Month, times: Times
) -> tuple[list[tuple[datetime, DeviceStatus]], list[DeviceStatus]]:
    points = DeviceStatus.objects.filter(device=device).order_by("since")
    starts = {
        max(begins, month.start)
        for begins, ends in times
        if begins < month.end and (ends is None or ends > month.start)
    }
    held = [
        (start, point)
        for start in sorted(starts)
        if (point := points.filter(since__lte=start).last()) is not None
    ]
    within = points.filter(since__gt=month.start, since__lt=month.end)[:MOST]
    return held, [p for p in within if _is_seen(times, p.since) and p.since not in starts]


def _edits(device: Device, month: Month) -> list[Edit]:
    during = {"history_date__gte": month.start, "history_date__lt": month.end}
    own = device.history.filter(history_type="~", **during)
    numbers = DeviceIdentifier.history.filter(device_id=device.pk, **during)
    labels = DeviceLabel.objects.filter(
        device=device, recorded_at__gte=month.start, recorded_at__lt=month.end
    )
    instants = {
        "device": own.order_by("history_date").values_list("history_date", flat=True)[:MOST],
        "identifier": numbers.order_by("history_date").values_list("history_date", flat=True)[
            :MOST
        ],
        "labels": labels.order_by("recorded_at").values_list("recorded_at", flat=True)[:MOST],
    }
    return sorted(
        (Edit(at, what) for what, found in instants.items() for at in found),
        key=lambda edit: (edit.at, edit.what),
    )
