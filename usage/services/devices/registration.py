"""New devices, many at once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

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
from usage.services import months
from usage.services.devices import present
from usage.services.devices.ground import Ground
from usage.services.devices.labels import check_definition, check_labels, check_name
from usage.services.devices.reach import (
    DeviceRefused,
    Reach,
    check_instant,
    check_plan,
    lock_reach,
    until_it_rests,
    withheld,
)
from usage.services.devices.wishes import OWN
from usage.services.devices.writing import create, load_points


@dataclass(frozen=True, slots=True)
class NewDevice:
    """A device and what holds for it from `since` on. `options` are those switched on."""

    key: str
    kind: str
    coverage: str
    account_id: int
    plan_id: int | None
    status: str
    since: datetime
    tags: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    options: tuple[str, ...] = ()
    name: str = ""
    definition: str = ""
    report_type: str = ""

    @property
    def reach(self) -> Reach:
        return Reach(self.account_id, self.coverage, Month.of(self.since))


class DeviceExists(DeviceRefused):
    """A device of this id is registered already."""


class DeviceTwice(DeviceRefused):
    """The same id stands twice among the new devices."""


class NoSuchPlan(DeviceRefused):
    """A new device names a plan that does not exist."""


def register_devices(*, devices: Sequence[NewDevice], now: datetime) -> list[Device]:
    """Register devices with owner, status, plan, labels and options; all of them or none."""
    _check(devices)
    if not devices:
        return []
    try:
        return until_it_rests(lambda: _register(devices, now))
    except IntegrityError:
        # Somebody registered one of them at the same time, and was first.
        _refuse_taken(devices)
        raise


def _register(devices: Sequence[NewDevice], now: datetime) -> list[Device]:
    rows, closed = lock_reach(reaches={new.reach for new in devices})
    created = _create(devices, now)
    written = _points(devices, created, closed, now)
    load_points(written)
    present.write(rows=present.rows(devices=created, points=written, identifiers=[], now=now))
    late = max(closed.values(), default=None)
    months.bump(months=rows, late=withheld(rows, late))
    return created


def _check(devices: Sequence[NewDevice]) -> None:
    plans = Plan.objects.in_bulk({new.plan_id for new in devices if new.plan_id is not None})
    ground = Ground({new.account_id for new in devices})
    for new in devices:
        check_instant(new.since, new.key)
        check_name(key=new.key, name=new.name)
        check_definition(key=new.key, definition=new.definition)
        check_labels(key=new.key, tags=new.tags, group=new.group)
        ground.check(account_id=new.account_id, since=new.since, key=new.key)
        if new.plan_id is None:
            continue
        if new.plan_id not in plans:
            raise NoSuchPlan(_("Device %(key)s: there is no such plan.") % {"key": new.key})
        plan = plans[new.plan_id]
        check_plan(plan=plan, kind=new.kind, coverage=new.coverage, key=new.key)
    key, times = next(iter(Counter(new.key for new in devices).most_common(1)), ("", 0))
    if times > 1:
        raise DeviceTwice(_("Device %(key)s stands twice in the list.") % {"key": key})


def _refuse_taken(devices: Sequence[NewDevice]) -> None:
    if taken := Device.objects.filter(key__in=[new.key for new in devices]).first():
        raise DeviceExists(_("Device %(key)s exists already.") % {"key": taken.key})


def _create(devices: Sequence[NewDevice], now: datetime) -> list[Device]:
    _refuse_taken(devices)
    names = ("key", "kind", "coverage", *OWN)
    rows = [Device(**{name: getattr(new, name) for name in names}) for new in devices]
    return create(rows, now=now)


def _points(
    devices: Sequence[NewDevice],
    created: Iterable[Device],
    closed: Mapping[Reach, Month],
    now: datetime,
) -> list[DevicePoint]:
    """Return the first change points of all devices."""
    return [
        model(
            **{"device": device, **value},
            since=new.since,
            recorded_at=now,
            late_through=closed.get(new.reach),
        )
        for new, device in zip(devices, created, strict=True)
        for model, value in _values(new)
    ]


def _values(new: NewDevice) -> Iterator[tuple[type[DevicePoint], Mapping[str, Any]]]:
    yield DeviceOwner, {"account_id": new.account_id}
    yield DeviceStatus, {"status": new.status}
    if new.plan_id:
        yield DevicePlan, {"plan_id": new.plan_id}
    if new.tags or new.group:
        yield DeviceLabel, {"tags": dict(new.tags), "group": new.group}
    for option in new.options:
        yield DeviceOption, {"option": option, "enabled": True}
