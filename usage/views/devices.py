"""The list of devices, and the page of one."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.models import Account
from accounts.views.report import report_view
from accounts.views.visit import Visit, visited
from billing_portal.common.parts.months import chosen
from billing_portal.common.periods import Month
from billing_portal.common.reports.listing import Listing
from usage.exports.devices import DEVICES
from usage.forms.labels import RelabelForm
from usage.selectors import device_page
from usage.views.events import events

MONTHS_BACK = 24


def _tools(visit: Visit, account: Account, listing: Listing) -> Mapping[str, Any]:
    """What administrators of the account can do with the list."""
    may = account.pk in visit.access.manage and visit.viewing is None
    if not may:
        listing.table.columns.hide("select")
    if len(visit.access.usage) == 1:
        listing.table.columns.hide("account")
    return {
        "may_edit": may,
        "relabel": RelabelForm(),
        "actions": "usage/devices/actions.html" if may else "",
        "query": listing.address(),
    }


listing = report_view(DEVICES, template="usage/devices/list.html", extra=_tools)


@require_GET
@visited
def device(visit: Visit, key: str) -> HttpResponse:
    """What is this device, what happened to it, and what was recorded of it?"""
    row = device_page.get(access=visit.access, key=key)
    months = chosen(visit.request.GET.get("month"), first=_first(visit), last=visit.month)
    quick = "month" in visit.request.GET or device_page.is_quick(row=row)
    month = months.month
    return visit.page(
        "usage/devices/device.html",
        row.account,
        row=row,
        title=row.name or row.key,
        tags=sorted(row.tags.items()),
        events=events(device_page.history(access=visit.access, row=row), now=visit.now),
        month=month,
        months=months,
        uses=device_page.used(access=visit.access, row=row, month=month) if quick else None,
        may_edit=row.account_id in visit.access.manage and visit.viewing is None,
        bill=_bill(visit, row.account, row.coverage, month),
    )


def _first(visit: Visit) -> Month:
    return visit.month.plus(-MONTHS_BACK)


def _bill(visit: Visit, account: Account | None, coverage: str, month: Month) -> str:
    """The bill by device of the month, if the visitor sees the money of the owner."""
    if account is None or account.pk not in visit.access.money:
        return ""
    return reverse("bill-devices", args=[account.key, coverage, month])
