"""One change point of one device at a time.

Each of these returns the point that it wrote, or None where it stood there already.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from accounts.models import Account
from accounts.selectors.tree import tree_in
from billing_portal.common.changes import ChangePoint
from billing_portal.common.periods import Month
from usage.models import (
    Device,
    DeviceLabel,
    DeviceOption,
    DeviceOwner,
    DevicePlan,
    DeviceStatus,
    Plan,
)
from usage.models.devices import DevicePoint
from usage.selectors.devices import exists_at, neighbours, owners_from
from usage.services import months
from usage.services.devices import present
from usage.services.devices.ground import Ground
from usage.services.devices.labels import check_labels
from usage.services.devices.reach import (
    Reach,
    check_instant,
    check_plan,
    lock_reach,
    until_it_rests,
    withheld,
)
from usage.services.devices.refusals import DeviceNotThere, MoveNotAtMidnight, PointClosed


def set_status(
    *, device: Device, status: str, since: datetime, now: datetime
) -> DevicePoint | None:
    """Say what the device is from an instant on."""
    return _set(DeviceStatus, device, {}, {"status": status}, since=since, now=now)


def set_option(
    *, device: Device, option: str, enabled: bool, since: datetime, now: datetime
) -> DevicePoint | None:
    """Switch an option such as `custom_dns` on or off from an instant on."""
    return _set(
        DeviceOption, device, {"option": option}, {"enabled": enabled}, since=since, now=now
    )


def set_plan(*, device: Device, plan: Plan, since: datetime, now: datetime) -> DevicePoint | None:
    """Put the device on a plan from an instant on."""
    check_plan(plan=plan, kind=device.kind, coverage=device.coverage, key=device.key)
    return _set(DevicePlan, device, {}, {"plan_id": plan.pk}, since=since, now=now)


def set_owner(
    *, device: Device, account: Account, since: datetime, now: datetime
) -> DevicePoint | None:
    """Give the device to another account from an instant on.

    Where another one is billed from then on, that is a midnight UTC: the charges of a day belong to
    the owner at its end (rules.md Q57), and with a move at noon the usage of the morning, which is
    the old owner's, would lie on a day that is the new one's.
    """
    check_instant(since, device.key)
    Ground([account.pk]).check(account_id=account.pk, since=since, key=device.key)
    return _set(DeviceOwner, device, {}, {"account_id": account.pk}, since=since, now=now)


def set_labels(
    *, device: Device, tags: Mapping[str, str], group: str, since: datetime, now: datetime
) -> DevicePoint | None:
    """Set all tags and the group of the device from an instant on."""
    check_instant(since, device.key)
    point = DeviceLabel.objects.filter(device=device, since__lte=since).order_by("since").last()
    check_labels(
        key=device.key,
        tags=tags,
        group=group,
        before=point.tags if point else None,
        group_before=point.group if point else "",
    )
    return _set(DeviceLabel, device, {}, {"tags": dict(tags), "group": group}, since=since, now=now)


def _set(
    model: type[DevicePoint],
    device: Device,
    subject: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    since: datetime,
    now: datetime,
) -> DevicePoint | None:
    """Write one change point: lock, compare with what stands at the same instant, write, bump."""
    check_instant(since, device.key)

    def write() -> DevicePoint | None:
        present.lock(device_ids=[device.pk])
        if "account_id" in values:
            _refuse_payers_within_a_day(device, values["account_id"], since)
        owners = _owners(device, since, values)
        reaches = {Reach(owner, device.coverage, Month.of(since)) for owner in owners}
        rows, closed = lock_reach(reaches=reaches)
        # Of two bills the one closed further decides, or the other would charge the day twice.
        late_through = max(closed.values(), default=None)
        key = {"device": device, "since": since, **subject}
        same = model._default_manager.filter(**key).first()
        if same is not None:
            if not _may_replace(same, device, values, late_through):
                return None
            # Another row and not another value: intake knows by its key that an owner changed.
            same.delete()
        point = {**key, **values, "recorded_at": now, "late_through": late_through}
        written = model._default_manager.create(**point)
        present.refresh(device_ids=[device.pk], now=now)
        months.bump(months=rows, late=withheld(rows, late_through))
        return written

    return until_it_rests(write)


def _refuse_payers_within_a_day(device: Device, account_id: int, since: datetime) -> None:
    before, after = neighbours(device=device, instant=since)
    changes = [(since, before.account_id, account_id)] if before else []
    changes += [(after.since, account_id, after.account_id)] if after else []
    for instant, old, new in changes:
        tree = tree_in(month=Month.of(instant))
        if not _is_midnight(instant) and tree.payer_of(old) != tree.payer_of(new):
            raise MoveNotAtMidnight(device.key, instant)


def _is_midnight(instant: datetime) -> bool:
    return instant.astimezone(UTC).time() == time.min


def _owners(device: Device, since: datetime, values: Mapping[str, Any]) -> set[int]:
    """Return all whose bills the change can touch; only an owner can come before all others."""
    if "account_id" in values:
        return {values["account_id"], *owners_from(device=device, since=since)}
    if not exists_at(device=device, instant=since):
        raise DeviceNotThere(device.key, since)
    return owners_from(device=device, since=since)


def _may_replace(
    point: ChangePoint, device: Device, values: Mapping[str, Any], closed: Month | None
) -> bool:
    """Say whether a point is to have another value; False if it has that value already."""
    if all(getattr(point, name) == value for name, value in values.items()):
        return False
    if closed is not None:
        raise PointClosed(device.key, point.since, closed)
    return True
