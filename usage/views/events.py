"""What happened to a device, in the words of its owner."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from billing_portal.common.parts.shapes import Event
from usage.models import DeviceLabel, DeviceOption, DeviceOwner, DevicePlan, DeviceStatus
from usage.models.devices import DevicePoint

SHOWN = 120


def events(points: Sequence[DevicePoint], *, now: datetime) -> list[Event]:
    """All change points; those to come and those that came late say so."""
    return [
        Event(at=point.since, title=_title(point), text=_text(point, now), kind=_kind(point))
        for point in points
    ]


def _title(point: DevicePoint) -> str:
    match point:
        case DeviceOwner():
            return _("Belongs to %s") % point.account
        case DevicePlan():
            return _("Plan: %s") % (point.plan.name or point.plan)
        case DeviceStatus():
            return _("Status: %s") % point.get_status_display()
        case DeviceOption():
            text = _("Option on: %s") if point.enabled else _("Option off: %s")
            return text % point.option
    return _labels(point) if isinstance(point, DeviceLabel) else ""


def _labels(point: DeviceLabel) -> str:
    pairs = (f"{_cut(name)}={_cut(text)}" for name, text in sorted(point.tags.items()))
    return _("Tags: %(tags)s. Group: %(group)s") % {
        "tags": ", ".join(pairs) or "–",
        "group": point.group or "–",
    }


def _text(point: DevicePoint, now: datetime) -> str:
    said = []
    if point.late_through is not None:
        text = _("It came late: bills up to %(month)s were closed without it.")
        said.append(text % {"month": point.late_through})
    if point.since > now:
        said.append(_("It is still to come."))
    return " ".join(said)


def _kind(point: DevicePoint) -> str:
    return "warning" if point.late_through is not None else ""


def _cut(text: str) -> str:
    return f"{text[:SHOWN]}…" if len(text) > SHOWN else text
