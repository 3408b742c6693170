"""What happened to a device: in the words of its owner, and with all that staff look for."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from billing_portal.common.parts.shapes import Event
from usage.models import DeviceLabel, DeviceOption, DeviceOwner, DevicePlan, DeviceStatus
from usage.models.devices import DevicePoint

SHOWN = 120
"""Characters of a tag's name and value; whole ones could fill the page."""


def in_utc(instant: datetime) -> str:
    """Write an instant to the second, as it is typed."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def events(points: Sequence[DevicePoint], *, now: datetime, whole: bool = False) -> list[Event]:
    """All change points; those to come and those that came late say so.

    whole: with the codes of plans, tags of any length, and when each point was recorded.
    """
    return [
        Event(
            at=point.since,
            title=_title(point, whole),
            text=_text(point, now, whole),
            kind="warning" if point.late_through is not None else "",
        )
        for point in points
    ]


def _title(point: DevicePoint, whole: bool) -> str:
    match point:
        case DeviceOwner():
            return _("Belongs to %s") % point.account
        case DevicePlan():
            name, code = point.plan.name, point.plan.code
            both = whole and name not in {"", code}
            return _("Plan: %s") % (f"{name} ({code})" if both else name or code)
        case DeviceStatus():
            return _("Status: %s") % point.get_status_display()
        case DeviceOption():
            text = _("Option on: %s") if point.enabled else _("Option off: %s")
            return text % point.option
    return _labels(point, whole) if isinstance(point, DeviceLabel) else ""


def _labels(point: DeviceLabel, whole: bool) -> str:
    cut = str if whole else _cut
    pairs = (f"{cut(name)}={cut(text)}" for name, text in sorted(point.tags.items()))
    return _("Tags: %(tags)s. Group: %(group)s") % {
        "tags": ", ".join(pairs) or "–",
        "group": point.group or "–",
    }


def _text(point: DevicePoint, now: datetime, whole: bool) -> str:
    said = [_("Recorded at %s.") % in_utc(point.recorded_at)] if whole else []
    if point.late_through is not None:
        text = _(
            "It came late: bills up to %(month)s were closed without it."
            " The next bill corrects them."
        )
        said.append(text % {"month": point.late_through})
    if point.since > now:
        said.append(_("It is still to come."))
    return " ".join(said)


def _cut(text: str) -> str:
    return f"{text[:SHOWN]}…" if len(text) > SHOWN else text
