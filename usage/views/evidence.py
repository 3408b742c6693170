"""Why was this device counted? What made it active, billable, or part of a peak in a month."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.views.visit import Visit, visited
from billing_portal.common.parts.months import chosen
from billing_portal.common.parts.shapes import Event
from billing_portal.common.periods import Month
from usage.choices import Status
from usage.models import DeviceStatus, UsageRecord
from usage.selectors import evidence as selector
from usage.selectors.evidence import Edit, Evidence

MONTHS_BACK = 24


@require_safe
@visited
def device_activity(visit: Visit, key: str) -> HttpResponse:
    first = visit.month.plus(-MONTHS_BACK)
    months = chosen(visit.request.GET.get("month"), first=first, last=visit.month)
    found = selector.evidence(access=visit.access, key=key, month=months.month, now=visit.now)
    name = found.device.name if found.is_own else ""
    return visit.page(
        "usage/devices/activity.html",
        None,
        title=_("Why was this device counted?"),
        device=found.device,
        name=name or found.device.key,
        found=found,
        counts_for_peak=counts_for_peak(found),
        month=months.month,
        months=months,
        events=events(found, months.month),
    )


def counts_for_peak(found: Evidence) -> bool:
    """Whether the device was active at some instant, as device plans count it (rules.md Q47)."""
    points = [*(point for _at, point in found.held), *found.statuses]
    return any(point.status == Status.ACTIVE for point in points)


def events(found: Evidence, month: Month) -> list[Event]:
    """Everything that counts or might be taken for it, in the order of time."""
    told = [_fact(fact, found) for fact in found.facts]
    told += _statuses(found, month)
    told += [_edit(edit) for edit in found.edits]
    return sorted(told, key=lambda event: event.at)


def _fact(fact: UsageRecord, found: Evidence) -> Event:
    said = [_("Evidence: %s.") % fact.meter.get_evidence_display()]
    if fact.at == found.active_at and fact.meter.evidence == "active":
        said.append(_("From here on the device is active in this month, and counts once."))
    if fact.at == found.seen_at:
        said.append(_("From here on it is billable in this month."))
    title = fact.meter.name or fact.meter.code
    return Event(at=fact.at, title=title, text=" ".join(said), kind="good")


def _statuses(found: Evidence, month: Month) -> Iterator[Event]:
    for at, point in found.held:
        since_before = _("Status at the start of the month: %s")
        text = since_before if at == month.start else _("Status when it came to the account: %s")
        title = text % point.get_status_display()
        yield Event(at=at, title=title, text=_peak(point), kind=_kind(point))
    for point in found.statuses:
        title = _("Status: %s") % point.get_status_display()
        yield Event(at=point.since, title=title, text=_peak(point), kind=_kind(point))


def _peak(point: DeviceStatus) -> str:
    if point.status == Status.ACTIVE:
        return _("While it is active it is part of the peak that device plans count.")
    return _("From here on it is not part of the peak that device plans count.")


def _kind(point: DeviceStatus) -> str:
    return "good" if point.status == Status.ACTIVE else ""


def _edit(edit: Edit) -> Event:
    titles = {
        "device": _("Name, definition or type edited"),
        "labels": _("Tags or group edited"),
        "identifier": _("Other ids edited"),
    }
    text = _("It moves Last updated only and does not count.")
    return Event(at=edit.at, title=titles[edit.what], text=text)
