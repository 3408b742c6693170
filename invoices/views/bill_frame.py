"""What all pages of one bill share: its head, its tabs, its filters, the switch to other months."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django_tables2 import RequestConfig

from accounts.views.visit import Visit, visited
from billing_portal.common.parts import months as picker
from billing_portal.common.parts import shapes
from billing_portal.common.parts.figures import month_name
from billing_portal.common.periods import Month
from invoices.choices import BillState
from invoices.models import Bill
from invoices.selectors import bills, breakdown
from invoices.selectors.bills import BillPage
from invoices.templatetags.bills_words import written_day
from invoices.views.asked import Asked
from invoices.views.bills import month_end
from usage.choices import Coverage

TAKEN_ALONG = ("item", "device", "day")
"""What is looked at stays from tab to tab; what was searched for does not."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A way to take a bill apart, and the filters that it knows."""

    name: str
    label: str | Promise
    template: str
    keeps: Sequence[str]


@dataclass(frozen=True, slots=True)
class Opened:
    """One request for one tab of one bill."""

    visit: Visit
    page: BillPage
    asked: Asked

    @property
    def bill(self) -> Bill:
        return self.page.bill

    def paginate(self, table: Any, per_page: int) -> None:
        RequestConfig(self.visit.request, paginate={"per_page": per_page}).configure(table)

    def sort(self, table: Any) -> None:
        RequestConfig(self.visit.request, paginate=False).configure(table)


Make = Callable[[Opened], dict[str, Any]]
TABS: dict[str, Tab] = {}


def tab(
    name: str, *, label: str | Promise, template: str, keeps: Sequence[str]
) -> Callable[[Make], Callable[..., HttpResponseBase]]:
    """Declare a tab: the function makes the context of its template, and becomes the view."""
    declared = Tab(name, label, template, keeps)
    TABS[name] = declared

    def declare(make: Make) -> Callable[..., HttpResponseBase]:
        @require_GET
        @visited
        @wraps(make)
        def view(visit: Visit, key: str, coverage: str, month: Month) -> HttpResponseBase:
            page = bills.page(access=visit.access, key=key, coverage=coverage, month=month)
            if "month" in visit.request.GET:
                return _other_month(visit.request, page, name)
            opened = Opened(visit, page, Asked.of(visit.request.GET).only(keeps))
            return _draw(opened, declared, make(opened))

        return view

    return declare


def _draw(opened: Opened, tab: Tab, context: Mapping[str, Any]) -> HttpResponse:
    visit, page, asked = opened.visit, opened.page, opened.asked
    bill = page.bill
    return visit.page(
        f"invoices/bill/{tab.template}.html",
        bill.account,
        among=visit.payers,
        beside=page,
        bill=bill,
        asked=asked,
        change=_change(page),
        switches=_coverages(page, tab),
        months=picker.MonthChoice(bill.month, page.months[0], page.months[-1]),
        tabs=_tabs(bill, asked, tab),
        filters=asked.filters(tab.keeps, said=_said(asked, bill)),
        ends=month_end(bill, visit.now),
        stream_lines=settings.STREAM_LINES,
        **context,
    )


def _other_month(request: HttpRequest, page: BillPage, name: str) -> HttpResponse:
    """Lead to the same tab of the month that was picked, or of the nearest one that has a bill."""
    bill = page.bill
    wanted = picker.chosen(
        request.GET["month"], first=page.months[0], last=page.months[-1], usual=bill.month
    )
    nearest = _nearest(wanted.month, page)
    problem = wanted.problem
    if nearest != wanted.month:
        problem = _("There is no bill for %(wanted)s. This is %(shown)s.") % {
            "wanted": month_name(wanted.month),
            "shown": month_name(nearest),
        }
    if problem:
        messages.warning(request, problem)
    query = request.GET.copy()
    for gone in ("month", "page", "day"):
        query.pop(gone, None)
    address = reverse(name, args=[bill.account.key, bill.coverage, nearest])
    return redirect(f"{address}?{query.urlencode()}" if query else address)


def _nearest(wanted: Month, page: BillPage) -> Month:
    """A month that has a bill: the wanted one, else the next one on the way there."""
    if wanted in page.months:
        return wanted
    if wanted < page.bill.month:
        return max(month for month in page.months if month < wanted)
    return min(month for month in page.months if month > wanted)


def _change(page: BillPage) -> shapes.Change | None:
    """A month that is over against the one before; a running one has days still to come."""
    if page.before is None or page.bill.state == BillState.TEMPORARY:
        return None
    return shapes.Change.between(
        page.bill.gross_minor, page.before.gross_minor, month_name(page.before.month)
    )


def _coverages(page: BillPage, tab: Tab) -> list[shapes.Switch]:
    bill = page.bill
    return [
        shapes.Switch(
            label=Coverage(coverage).label,
            url=reverse(tab.name, args=[bill.account.key, coverage, bill.month]),
            current=coverage == bill.coverage,
        )
        for coverage in page.coverages
        if len(page.coverages) > 1
    ]


def _tabs(bill: Bill, asked: Asked, current: Tab) -> list[shapes.Tab]:
    """The tabs with their addresses; each takes along those of the filters that it knows."""
    place = [bill.account.key, bill.coverage, bill.month]
    return [
        shapes.Tab(
            label=tab.label,
            url=reverse(tab.name, args=place)
            + asked.query([name for name in tab.keeps if name in TAKEN_ALONG]),
            current=tab == current,
        )
        for tab in TABS.values()
    ]


def _said(asked: Asked, bill: Bill) -> Mapping[str, str]:
    """Words for filters whose value says little by itself."""
    said = {name: _("none") for name in ("group", "value") if getattr(asked, name) == ""}
    if asked.day is not None:
        said["day"] = written_day(asked.day, bill.month)
    if asked.device == "":
        said["device"] = _("none, lines of the account itself")
    elif asked.device is not None:
        names = breakdown.device_names([asked.device])
        said["device"] = " · ".join([asked.device, *names.values()])
    return said
