"""The history of payment settings as events with words."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import AuditEntry
from billing_portal.common.parts.figures import month_name
from billing_portal.common.parts.shapes import Event
from billing_portal.common.periods import Month
from invoices.choices import PaymentMethod
from invoices.selectors.paying_history import BOTH, Deed
from invoices.templatetags.paying import detail_label, detail_value
from usage.choices import Coverage

KINDS = {Deed.ACCEPT: "good", Deed.MERGE: "good", Deed.REFUSE: "warning"}


def events(entries: Sequence[AuditEntry]) -> list[Event]:
    """One event for each entry of the trail, in its order."""
    return [_event(entry) for entry in entries]


def _event(entry: AuditEntry) -> Event:
    deed = Deed(entry.action)
    who = _("our staff") if entry.detail.get("staff") else entry.actor
    said = _("%(what)s, by %(who)s") % {"what": _said(deed, entry.detail), "who": who}
    title = f"{coverage_name(entry.subject)}: {_title(deed)}"
    return Event(at=entry.at, title=title, text=said.lstrip(", "), kind=KINDS.get(deed, ""))


def coverage_name(subject: str) -> str:
    if subject == BOTH:
        return _("Japan and Global")
    return str(Coverage(subject).label) if subject in Coverage.values else subject


def _title(deed: Deed) -> str:
    titles = {
        Deed.REQUEST: _("invoice payment requested"),
        Deed.WITHDRAW: _("request withdrawn"),
        Deed.ACCEPT: _("invoice payment accepted"),
        Deed.REFUSE: _("request refused"),
        Deed.REGISTER: _("invoice details registered"),
        Deed.CHANGE: _("invoice details changed"),
        Deed.METHOD: _("payment method changed"),
        Deed.MERGE: _("one invoice for both"),
        Deed.PART: _("separate invoices again"),
    }
    return titles[deed]


def _said(deed: Deed, detail: Any) -> str:
    month = month_name(Month.parse(detail["month"])) if "month" in detail else ""
    match deed:
        case Deed.CHANGE:
            return "; ".join(_change(name, *pair) for name, pair in detail["changed"].items())
        case Deed.REFUSE:
            return str(detail["reason"])
        case Deed.METHOD:
            said = {"method": PaymentMethod(detail["method"]).label, "month": month}
            return _("%(method)s from %(month)s on") % said
        case Deed.MERGE:
            return _("from %(month)s on, sent to %(email)s") % {**detail, "month": month}
        case Deed.ACCEPT | Deed.PART:
            return _("from %(month)s on") % {"month": month}
    return str(detail.get("company", ""))


def _change(name: str, old: str, new: str) -> str:
    said = {"old": detail_value(name, old), "new": detail_value(name, new)}
    return f"{detail_label(name)}: " + _("%(old)s → %(new)s") % said
