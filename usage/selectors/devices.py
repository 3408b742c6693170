"""What is known about devices: who owns them and who is billed for them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import polars as pl

from accounts.selectors.tree import trees_from
from billing_portal.common.periods import Month
from usage.models import Device, DeviceOwner
from usage.selectors.fetching import INSTANT, Kinds, fetch


def owners_from(*, device: Device, since: datetime) -> set[int]:
    """Return the accounts that own the device at this instant or at any time after it.

    So do those that own it in the closed months that a later entry of a move is too late for.
    """
    points = DeviceOwner.objects.filter(device=device).order_by("since")
    return owners_in(list(points), since=since)


def owners_in(points: Sequence[DeviceOwner], *, since: datetime) -> set[int]:
    """The same from all changes of owner of a device, in the order of `since`."""
    late = {point.late_through for point in points if point.late_through is not None}
    views = [list(points)] + [
        [point for point in points if point.late_through is None or point.late_through < month]
        for month in {month for month in late if month >= Month.of(since)} | {Month.of(since)}
    ]
    owners: set[int] = set()
    for view in views:
        standing = [point for point in view if point.since <= since][-1:]
        later = [point for point in view if point.since > since]
        owners |= {point.account_id for point in standing + later}
    return owners


def neighbours(*, device: Device, instant: datetime) -> tuple[DeviceOwner | None, ...]:
    """The change of owner before this instant and the one after it, where there are such."""
    points = DeviceOwner.objects.filter(device=device)
    before = points.filter(since__lt=instant).order_by("-since").first()
    return before, points.filter(since__gt=instant).order_by("since").first()


def exists_at(*, device: Device, instant: datetime) -> bool:
    """Say whether the device had an owner by then."""
    return DeviceOwner.objects.filter(device=device, since__lte=instant).exists()


def payers_from(*, account_ids: Iterable[int], month: Month) -> dict[int, set[int]]:
    """Return by account who is billed for it in this month or in any later one."""
    payers: dict[int, set[int]] = {account_id: set() for account_id in account_ids}
    for tree in trees_from(month=month):
        for account_id, found in payers.items():
            payer = tree.payer_of(account_id)
            found.update(() if payer is None else (payer,))
    return payers


def devices_by_key(*, keys: Sequence[str]) -> Iterator[tuple[str, int, str]]:
    """Give key, id and coverage of those devices of a list that exist."""
    yield from Device.objects.filter(key__in=keys).values_list("key", "pk", "coverage")


def owner_points(*, device_ids: Collection[int]) -> pl.DataFrame:
    """Every change of owner of these devices: `point` (key), `device_id`, `since`, `owner_id`."""
    kinds: Kinds = {
        "point": pl.Int64,
        "device_id": pl.Int64,
        "since": INSTANT,
        "owner_id": pl.Int64,
    }
    points = DeviceOwner.objects.filter(device_id__in=device_ids).order_by()
    return fetch(points.values_list("pk", "device_id", "since", "account_id"), kinds)


def coverages_of(*, account_ids: Sequence[int]) -> Mapping[int, set[str]]:
    """Return by account the coverages of the devices that it owns or ever owned."""
    found: dict[int, set[str]] = defaultdict(set)
    points = DeviceOwner.objects.filter(account_id__in=account_ids).order_by()
    for account_id, coverage in points.values_list("account_id", "device__coverage").distinct():
        found[account_id].add(coverage)
    return found
