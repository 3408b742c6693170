"""Writing what drafts say, in a number of queries that does not grow with them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model
from simple_history.utils import bulk_update_with_history

from accounts.models import Account
from accounts.services import audit
from billing_portal.common.loading import load
from usage.models import Device, DeviceIdentifier, DeviceLabel, DeviceOwner, DeviceStatus
from usage.models.devices import DevicePoint
from usage.services.devices import present
from usage.services.devices.drafts import Draft
from usage.services.devices.wishes import OWN

BATCH = 5_000

Row = TypeVar("Row", bound=Model)


def write_drafts(drafts: Sequence[Draft], *, now: datetime) -> None:
    """Write devices, points and identifiers, and bring the rows of the present in step."""
    new = sorted((one for one in drafts if one.is_new), key=lambda one: one.device.key)
    _create(new, now)
    known = [one for one in drafts if not one.is_new and one.changed]
    _rename([one for one in known if one.own], now)
    _replace(known)
    written = [*new, *known]
    load_points([point for one in written for point in one.points])
    added = _identify(written, now)
    present.write(
        rows=present.rows(
            devices=[one.device for one in written],
            points=[point for one in written for point in _standing(one)],
            identifiers=[*(row for one in written for row in _kept(one)), *added],
            now=now,
        )
    )


def _standing(one: Draft) -> list[DevicePoint]:
    """All points of a device as they are by now, in the order of `since`."""
    replaced = {id(point) for point in one.replaced}
    before = [point for points in one.standing.points.values() for point in points]
    kept = [point for point in before if id(point) not in replaced]
    return sorted([*kept, *one.points], key=lambda point: point.since)


def _kept(one: Draft) -> list[DeviceIdentifier]:
    rows = one.standing.identifiers
    return [row for row in rows if row.value in one.identifiers.get(row.kind, {row.value})]


def load_points(points: Sequence[DevicePoint]) -> None:
    """Write new points of devices that are written already."""
    for point in points:
        point.device_id = point.device.pk
    for rows in _by_model(points).values():
        load(rows)


def create(rows: Sequence[Row], *, now: datetime) -> list[Row]:
    """Write new rows of a model with a history, and the beginning of each history."""
    model = type(rows[0])
    created = model._default_manager.bulk_create(rows, batch_size=BATCH)
    past = model.history.model  # type: ignore[attr-defined]
    names = [field.attname for field in model._meta.concrete_fields]
    person = past.get_default_history_user(created[0])
    same = {"history_date": now, "history_type": "+", "history_user": person}
    load([past(**{name: getattr(row, name) for name in names}, **same) for row in created])
    return created


def audit_drafts(drafts: Sequence[Draft], *, actor: str, action: str, now: datetime) -> None:
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
    audit.record_many(actor=actor, action=action, now=now, acts=acts)


def _detail(one: Draft) -> dict[str, Any]:
    """What was changed, in plain JSON."""
    detail: dict[str, Any] = dict(one.own)
    for point in one.points:
        if isinstance(point, DeviceLabel):
            detail |= {"tags": point.tags, "group": point.group}
        if isinstance(point, DeviceStatus):
            detail |= {"status": point.status}
    return detail


def _create(new: Sequence[Draft], now: datetime) -> None:
    for one in new:
        _say(one)
    if new:
        create([one.device for one in new], now=now)


def _rename(renamed: Sequence[Draft], now: datetime) -> None:
    for one in renamed:
        _say(one)
    devices = [one.device for one in renamed]
    if devices:
        bulk_update_with_history(devices, Device, OWN, batch_size=BATCH, default_date=now)


def _say(one: Draft) -> None:
    for name, value in one.own.items():
        setattr(one.device, name, value)


def _replace(known: Sequence[Draft]) -> None:
    """Take away points of the same instant; another row and not another value, as intake needs."""
    for model, rows in _by_model([point for one in known for point in one.replaced]).items():
        model._default_manager.filter(pk__in=[row.pk for row in rows]).delete()


def _identify(drafts: Sequence[Draft], now: datetime) -> list[DeviceIdentifier]:
    """Take away the identifiers that are no more, then give the new ones."""
    kept = {row.pk for one in drafts for row in _kept(one)}
    gone = [row.pk for one in drafts for row in one.standing.identifiers if row.pk not in kept]
    DeviceIdentifier.objects.filter(pk__in=gone).delete()
    added = list(_added(drafts))
    return create(added, now=now) if added else []


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
