"""Writing what drafts say, in a number of queries that does not grow with them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.models import Account
from accounts.services import audit
from usage.models import Device, DeviceIdentifier, DeviceLabel, DeviceOwner
from usage.models.devices import DevicePoint
from usage.selectors.chunks import chunks
from usage.services.devices import present
from usage.services.devices.drafts import Draft

BATCH = 5_000


def write_drafts(drafts: Sequence[Draft], *, now: datetime) -> None:
    """Write devices, points and identifiers, and bring the rows of the present in step."""
    new = sorted((one for one in drafts if one.is_new), key=lambda one: one.device.key)
    _create(new, now)
    known = [one for one in drafts if not one.is_new and one.changed]
    _rename([one for one in known if one.name is not None], now)
    _replace(known)
    points = [point for one in [*new, *known] for point in one.points]
    for model, rows in _by_model(points).items():
        model._default_manager.bulk_create(rows, batch_size=BATCH)
    identifiers = _identify([*new, *known], now)
    ours = {one.device.pk for one in new}
    present.write(
        rows=present.rows(
            devices=[one.device for one in new],
            points=[point for one in new for point in one.points],
            identifiers=[row for row in identifiers if row.device_id in ours],
            now=now,
        )
    )
    present.refresh(device_ids=[one.device.pk for one in known], now=now)


def audit_drafts(drafts: Sequence[Draft], *, actor: str, now: datetime) -> None:
    """Put every changed device into the audit trail, with what was said of it."""
    changed = [one for one in drafts if one.changed]
    owners = {one.device.pk: one.standing.at(DeviceOwner, now) for one in changed}
    ids = {row.account_id for row in owners.values() if isinstance(row, DeviceOwner)}
    keys = dict(Account.objects.filter(pk__in=ids).values_list("pk", "key"))
    acts = []
    for one in changed:
        owner = owners[one.device.pk]
        account_key = keys[owner.account_id] if isinstance(owner, DeviceOwner) else ""
        acts.append(audit.Act(account_key, one.device.key, _detail(one)))
    audit.record_many(actor=actor, action="device.labels", now=now, acts=acts)


def _detail(one: Draft) -> dict[str, Any]:
    """What was changed, in plain JSON."""
    detail: dict[str, Any] = {} if one.name is None else {"name": one.name}
    for point in one.points:
        if isinstance(point, DeviceLabel):
            detail |= {"tags": point.tags, "group": point.group}
    return detail


def _create(new: Sequence[Draft], now: datetime) -> None:
    for one in new:
        one.device.name = one.name or ""
    bulk_create_with_history(
        [one.device for one in new], Device, batch_size=BATCH, default_date=now
    )


def _rename(renamed: Sequence[Draft], now: datetime) -> None:
    for one in renamed:
        one.device.name = one.name or ""
    devices = [one.device for one in renamed]
    if devices:
        bulk_update_with_history(devices, Device, ["name"], batch_size=BATCH, default_date=now)


def _replace(known: Sequence[Draft]) -> None:
    """Take away points of the same instant; another row and not another value, as intake needs."""
    for model, rows in _by_model([point for one in known for point in one.replaced]).items():
        for part in chunks(rows):
            model._default_manager.filter(pk__in=[row.pk for row in part]).delete()


def _identify(drafts: Sequence[Draft], now: datetime) -> list[DeviceIdentifier]:
    """Take away the identifiers that are no more, then give the new ones."""
    gone = [
        row.pk
        for one in drafts
        for row in one.standing.identifiers
        if row.value not in one.identifiers.get(row.kind, {row.value})
    ]
    for part in chunks(gone):
        DeviceIdentifier.objects.filter(pk__in=part).delete()
    added = list(_added(drafts))
    bulk_create_with_history(added, DeviceIdentifier, batch_size=BATCH, default_date=now)
    return added


def _added(drafts: Sequence[Draft]) -> Iterator[DeviceIdentifier]:
    for one in drafts:
        for kind, values in one.identifiers.items():
            for value in sorted(values - one.standing.numbers(kind)):
                yield DeviceIdentifier(device=one.device, kind=kind, value=value)


def _by_model(points: Sequence[DevicePoint]) -> dict[type[DevicePoint], list[DevicePoint]]:
    found: dict[type[DevicePoint], list[DevicePoint]] = defaultdict(list)
    for point in points:
        found[type(point)].append(point)
    return found
