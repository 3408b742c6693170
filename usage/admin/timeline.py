"""Everything that was ever recorded of a device, in one order of time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from billing_portal.common.parts.shapes import Event
from usage.models import Device, DeviceLabel, DeviceOption, DeviceOwner, DevicePlan, DeviceStatus
from usage.models.devices import DevicePoint

MOST = 500
"""So many of each history are shown, the newest."""


def in_utc(instant: datetime) -> str:
    """Write an instant to the second, as it is typed."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def events(device: Device, *, now: datetime) -> list[Event]:
    """All change points, the newest first; those to come and those that came late say so."""
    points = sorted(_points(device), key=lambda point: (point.since, point.pk), reverse=True)
    return [
        Event(at=point.since, title=_title(point), text=_text(point, now), kind=_kind(point, now))
        for point in points
    ]


def _points(device: Device) -> Iterator[DevicePoint]:
    histories: tuple[tuple[type[DevicePoint], tuple[str, ...]], ...] = (
        (DeviceOwner, ("account",)),
        (DevicePlan, ("plan",)),
        (DeviceStatus, ()),
        (DeviceOption, ()),
        (DeviceLabel, ()),
    )
    for model, related in histories:
        rows = model._default_manager.filter(device=device).order_by("-since")
        yield from rows.select_related(*related)[:MOST] if related else rows[:MOST]


def _title(point: Any) -> str:
    match point:
        case DeviceOwner():
            return _("Belongs to %s") % point.account
        case DevicePlan():
            return _("Plan %s") % (
                f"{point.plan.name} ({point.plan})" if point.plan.name else point.plan
            )
        case DeviceStatus():
            return _("Status %s") % point.get_status_display()
        case DeviceOption() if point.enabled:
            return _("Option %s on") % point.option
        case DeviceOption():
            return _("Option %s off") % point.option
    tags = ", ".join(f"{name}={value}" for name, value in sorted(point.tags.items()))
    return _("Tags: %(tags)s. Group: %(group)s") % {
        "tags": tags or "–",
        "group": point.group or "–",
    }


def _text(point: DevicePoint, now: datetime) -> str:
    said = [_("Recorded at %s.") % in_utc(point.recorded_at)]
    if point.late_through is not None:
        text = _("It came late: bills up to %(month)s were closed without it.")
        said.append(text % {"month": point.late_through})
    if point.since > now:
        said.append(_("It is still to come."))
    return " ".join(said)


def _kind(point: DevicePoint, now: datetime) -> str:
    if point.late_through is not None:
        return "warning"
    return "" if point.since > now else "good"
