"""What is known about devices: who owns them and who is billed for them."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import Placement
from accounts.selectors.tree import tree_in
from billing_portal.common.periods import Month
from usage.models import Device, DeviceOwner


def owners_from(*, device: Device, since: datetime) -> set[int]:
    """Return the accounts that own the device at this instant or at any time after it."""
    points = DeviceOwner.objects.filter(device=device)
    standing = points.filter(since__lte=since).order_by("-since")[:1]
    later = points.filter(since__gt=since)
    return {point.account_id for query in (standing, later) for point in query}


def exists_at(*, device: Device, instant: datetime) -> bool:
    """Say whether the device had an owner by then."""
    return DeviceOwner.objects.filter(device=device, since__lte=instant).exists()


def payers_from(*, account_ids: Iterable[int], month: Month) -> dict[int, set[int]]:
    """Return by account who is billed for it in this month or in any later one."""
    moves = Placement.objects.filter(since__gt=month.first_day).values_list("since", flat=True)
    months = {month} | {Month.of(day) for day in moves.distinct()}
    payers: dict[int, set[int]] = {account_id: set() for account_id in account_ids}
    for one in sorted(months):
        tree = tree_in(month=one)
        for account_id, found in payers.items():
            payer = tree.payer_of(account_id)
            found.update(() if payer is None else (payer,))
    return payers
