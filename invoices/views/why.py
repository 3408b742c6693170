"""Why this amount? A line of a bill, from the facts to unit price × quantity, as page and JSON."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponseBase, JsonResponse, QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.views.visit import Visit, visited
from billing_portal.common.money import NotExact, exact
from billing_portal.common.parts.shapes import Switch
from billing_portal.common.periods import Month
from invoices.models import Bill
from invoices.rating.explaining import Line
from invoices.selectors import bills, why
from invoices.selectors.breakdown import Where
from invoices.services.why import Explained, explained
from invoices.tables.columns import bill_url
from invoices.templatetags.bills_words import written_day
from invoices.views import why_words
from invoices.views.asked import LONGEST, NUL
from usage.selectors import device_page


@require_GET
@visited
def page(visit: Visit, key: str, coverage: str, month: Month) -> HttpResponseBase:
    """The lines of one device (or none), date and item; with `price`, those of that unit price."""
    bill = bills.get(access=visit.access, key=key, coverage=coverage, month=month)
    query = visit.request.GET
    where = Where(
        item=_text(query, "name"), device=_text(query, "device"), day=_text(query, "date")
    )
    lines = why.lines(bill, where=where, unit_price=_unit_price(query)) if where.item else []
    if not lines:
        raise Http404
    found = explained(bill, lines=lines)
    if query.get("format") == "json":
        return JsonResponse(_content(bill, found), json_dumps_params={"ensure_ascii": False})
    return visit.page(
        "invoices/bill/why.html",
        bill.account,
        bill=bill,
        line=_about(bill, lines[0]),
        explained=found,
        told=[why_words.told(each, currency=bill.currency) for each in found.lines],
        doors=list(_doors(visit, bill, lines[0])),
        json_address=_address(bill, query),
    )


def _about(bill: Bill, line: Line) -> str:
    """The line in a few words."""
    device = line.device or _("Of no device")
    return " · ".join([line.name, device, written_day(line.date, bill.month)])


def _text(query: QueryDict, name: str) -> str:
    return str(query.get(name, "")).replace(NUL, "")[:LONGEST]


def _unit_price(query: QueryDict) -> Decimal | None:
    try:
        price = _text(query, "price")
        return exact(price) if price else None
    except NotExact as error:
        raise Http404 from error


def _content(bill: Bill, found: Explained) -> dict[str, Any]:
    """The JSON; the sentences of the rules are English whoever asks, as the keys are."""
    with translation.override("en"):
        for each in found.lines:
            each["item"]["says"] = why_words.sentence(each["item"]["rule"])
    return {
        "bill": {
            "account": bill.account.key,
            "coverage": bill.coverage,
            "month": str(bill.month),
            "state": bill.state,
            "currency": bill.currency,
            "evaluated_at": bill.evaluated_at.isoformat().replace("+00:00", "Z"),
        },
        "inputs": found.inputs.value,
        "lines": found.lines,
    }


def _address(bill: Bill, query: QueryDict) -> str:
    asked = {
        name: str(query[name]) for name in ("device", "date", "name", "price") if name in query
    }
    return bill_url(bill, "why", **asked, format="json")


def _doors(visit: Visit, bill: Bill, line: Line) -> Iterator[Switch]:
    """Where its device, its item and its day can be looked at."""
    device = line.device or None
    if device and _is_seen(visit, device):
        yield Switch(_("This device"), _device_url(device))
    if device:
        yield Switch(_("This device on the bill"), bill_url(bill, device=device))
    yield Switch(_("This item by day"), bill_url(bill, "bill-days", item=line.name, device=device))
    yield Switch(_("This date on the bill"), bill_url(bill, day=line.date))
    yield Switch(
        _("Lines of this item"), bill_url(bill, "bill-lines", item=line.name, device=line.device)
    )


def _is_seen(visit: Visit, key: str) -> bool:
    try:
        return device_page.get(access=visit.access, key=key) is not None
    except ObjectDoesNotExist:
        return False


def _device_url(key: str) -> str:
    return reverse("device", args=[key])
