"""One wish against what stands: the points to write, or the reason why it cannot be.

Nothing here asks the database, but for the trees and accounts of `Ground`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from billing_portal.common.periods import Month
from usage.choices import Coverage, DeviceKind, IdentifierKind, Status
from usage.models import (
    Device,
    DeviceLabel,
    DeviceOption,
    DeviceOwner,
    DevicePlan,
    DeviceStatus,
)
from usage.models.devices import DevicePoint
from usage.selectors.devices import owners_in
from usage.services.devices.ground import Ground
from usage.services.devices.labels import check_definition, check_labels, check_name
from usage.services.devices.reach import DeviceRefused, Reach, check_instant, check_plan
from usage.services.devices.refusals import DeviceNotThere, MoveNotAtMidnight, PointClosed
from usage.services.devices.standing import Claims, Standing
from usage.services.devices.wishes import OWN, Wish

WHAT: Mapping[type[DevicePoint], str] = {
    DeviceOwner: "account",
    DevicePlan: "plan",
    DeviceStatus: "status",
    DeviceOption: "options",
    DeviceLabel: "tags",
}


class DeviceIsOther(DeviceRefused):
    """The device is of another kind or coverage than is said of it."""


class SinceMissing(DeviceRefused):
    """Something changes, and nobody says since when."""


class MoveIntoClosedMonth(DeviceRefused):
    """A device among many would move within a month whose bill is closed."""


class StatusIsOther(DeviceRefused):
    """The device is in a status from which this change is not to happen."""


class IdentifierTaken(DeviceRefused):
    """The identifier is that of another device."""


@dataclass(slots=True)
class Draft:
    """What one wish comes to. `replaced` are points of the same instant with other values."""

    standing: Standing
    points: list[DevicePoint] = field(default_factory=list)
    replaced: list[DevicePoint] = field(default_factory=list)
    own: dict[str, str] = field(default_factory=dict)
    identifiers: dict[str, set[str]] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    is_new: bool = False

    @property
    def device(self) -> Device:
        return self.standing.device

    def reaches(self) -> set[Reach]:
        """The bills that the points can touch."""
        if not self.points:
            return set()
        since = self.points[0].since
        owners = owners_in(self.standing.owners, since=since)
        owners |= {p.account_id for p in self.points if isinstance(p, DeviceOwner)}
        return {Reach(owner, self.device.coverage, Month.of(since)) for owner in owners}

    def mark_late(self, late: Month | None) -> None:
        """Note the last month that is closed for these points; refuse what it forbids."""
        if late is None:
            return
        if self.replaced:
            raise PointClosed(self.device.key, self.replaced[0].since, late)
        if not self.is_new and any(isinstance(p, DeviceOwner) for p in self.points):
            raise MoveIntoClosedMonth(
                _(
                    "Device %(key)s would move within %(month)s, which is closed."
                    " Move it from %(next)s-01 on, or record the late move on its page."
                )
                % {"key": self.device.key, "month": late, "next": late.next}
            )
        for point in self.points:
            point.late_through = late


def draft(wish: Wish, standing: Standing, ground: Ground, claimed: Claims, now: datetime) -> Draft:
    """Work out what a wish changes. Raises DeviceRefused; `claimed` is brought up to date."""
    device = standing.device
    _check_same(wish, device)
    _check_status(wish, standing)
    made = Draft(standing, is_new=device.pk is None)
    for model, subject, values in _wanted(wish, standing):
        _add(made, model, subject, values, since=_since(wish), now=now)
    if made.points:
        _check_points(made, wish, ground)
    _own(made, wish)
    _claim(made, wish, claimed)
    return made


def _own(made: Draft, wish: Wish) -> None:
    """Note what the device itself is to say."""
    device = made.device
    for name in OWN:
        value = getattr(wish, name)
        if value is not None and value != getattr(device, name):
            made.own[name] = value
            made.changed.append(name)
    check_name(key=device.key, name=made.own.get("name", ""))
    check_definition(key=device.key, definition=made.own.get("definition", ""))


def _since(wish: Wish) -> datetime:
    if wish.since is None:
        raise SinceMissing(
            _("Device %(key)s changes, and nothing says since when: fill in since.")
            % {"key": wish.key}
        )
    return wish.since


def _check_same(wish: Wish, device: Device) -> None:
    """Refuse to make one device of another."""
    said = (wish.kind or device.kind, wish.coverage or device.coverage)
    if said != (device.kind, device.coverage):
        raise DeviceIsOther(
            _("Device %(key)s is of kind %(kind)s in coverage %(coverage)s; that cannot change.")
            % {
                "key": device.key,
                "kind": DeviceKind(device.kind).label,
                "coverage": Coverage(device.coverage).label,
            }
        )


def _check_status(wish: Wish, standing: Standing) -> None:
    """Refuse what may only happen from some statuses, from any other one."""
    if wish.only_from is None:
        return
    point = standing.at(DeviceStatus, _since(wish))
    status = point.status if isinstance(point, DeviceStatus) else Status.NONE
    if status not in wish.only_from:
        raise StatusIsOther(
            _("Device %(key)s has the status %(status)s, which our staff change.")
            % {"key": wish.key, "status": Status(status).label}
        )


def _wanted(
    wish: Wish, standing: Standing
) -> list[tuple[type[DevicePoint], dict[str, Any], dict[str, Any]]]:
    """Every point that would say what the wish says: model, subject and values."""
    found: list[tuple[type[DevicePoint], dict[str, Any], dict[str, Any]]] = []
    if wish.account_id is not None:
        found.append((DeviceOwner, {}, {"account_id": wish.account_id}))
    if wish.status is not None:
        found.append((DeviceStatus, {}, {"status": wish.status}))
    if wish.plan is not None:
        found.append((DevicePlan, {}, {"plan_id": wish.plan.pk}))
    if wish.options is not None:
        points = standing.points.get(DeviceOption, [])
        known = {point.option for point in points if isinstance(point, DeviceOption)}
        found += [
            (DeviceOption, {"option": option}, {"enabled": option in wish.options})
            for option in sorted(known | wish.options)
        ]
    if wish.tags or wish.all_tags or wish.group is not None:
        found.append((DeviceLabel, {}, _labels(wish, standing)))
    return found


def _labels(wish: Wish, standing: Standing) -> dict[str, Any]:
    """The tags and the group that the wish comes to, on top of those that hold then."""
    point = standing.at(DeviceLabel, _since(wish))
    before, group_before = {}, ""
    if isinstance(point, DeviceLabel):
        before, group_before = dict(point.tags), point.group
    tags = {} if wish.all_tags else dict(before)
    for name, value in wish.tags.items():
        if value is None:
            tags.pop(name, None)
        else:
            tags[name] = value
    group = group_before if wish.group is None else wish.group
    check_labels(key=wish.key, tags=tags, group=group, before=before, group_before=group_before)
    return {"tags": tags, "group": group}


def _add(
    made: Draft,
    model: type[DevicePoint],
    subject: dict[str, Any],
    values: dict[str, Any],
    *,
    since: datetime,
    now: datetime,
) -> None:
    """Draft a point, unless the same holds at that instant already."""
    check_instant(since, made.device.key)
    stands = made.standing.at(model, since, **subject)
    before = _nothing(model) if stands is None else vars(stands)
    differing = [name for name, value in values.items() if before.get(name) != value]
    if not differing:
        return
    if stands is not None and stands.since == since:
        made.replaced.append(stands)
    made.points.append(model(device=made.device, since=since, recorded_at=now, **subject, **values))
    names = differing if model is DeviceLabel else [WHAT[model]]
    made.changed += [name for name in names if name not in made.changed]


def _nothing(model: type[DevicePoint]) -> dict[str, Any]:
    """What holds where there is no point yet."""
    if model is DeviceLabel:
        return {"tags": {}, "group": ""}
    return {"enabled": False} if model is DeviceOption else {}


def _check_points(made: Draft, wish: Wish, ground: Ground) -> None:
    device, since = made.device, _since(wish)
    if any(isinstance(point, DevicePlan) for point in made.points) and wish.plan is not None:
        check_plan(plan=wish.plan, kind=device.kind, coverage=device.coverage, key=device.key)
    moves = [point for point in made.points if isinstance(point, DeviceOwner)]
    for move in moves:
        ground.check(account_id=move.account_id, since=since, key=device.key)
        _check_midnight(made, move, ground)
    if not moves and made.standing.at(DeviceOwner, since) is None:
        raise DeviceNotThere(device.key, since)


def _check_midnight(made: Draft, move: DeviceOwner, ground: Ground) -> None:
    """Refuse a move by which another account would be billed from within a day."""
    owners = made.standing.owners
    before = next((p for p in reversed(owners) if p.since < move.since), None)
    after = next((p for p in owners if p.since > move.since), None)
    changes = [(move.since, before.account_id, move.account_id)] if before else []
    changes += [(after.since, move.account_id, after.account_id)] if after else []
    for instant, old, new in changes:
        if instant.astimezone(UTC).time() == time.min:
            continue
        if ground.payer(old, instant) != ground.payer(new, instant):
            raise MoveNotAtMidnight(made.device.key, instant)


def _claim(made: Draft, wish: Wish, claimed: Claims) -> None:
    """Give the device its identifiers, unless another one has them; then none of them."""
    key = wish.key
    changes = {
        kind: set(values)
        for kind, values in wish.identifiers.items()
        if set(values) != made.standing.numbers(kind)
    }
    for kind, values in changes.items():
        for value in sorted(values):
            if (other := claimed.get((kind, value), key)) != key:
                raise IdentifierTaken(
                    _("%(kind)s %(value)s is that of device %(other)s; clear it there first.")
                    % {"kind": IdentifierKind(kind).label, "value": value, "other": other}
                )
    for kind, values in changes.items():
        for gone in made.standing.numbers(kind) - values:
            claimed.pop((kind, gone), None)
        claimed |= {(kind, value): key for value in values}
    made.identifiers = changes
    made.changed += sorted(changes)
