"""My billing, the usage reports by tenant, and the pane of one of them. No page shows money."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import Account
from accounts.views.report import report_view
from accounts.views.visit import Visit, visited
from billing_portal.common import downloads
from billing_portal.common.parts.months import MonthChoice, chosen
from billing_portal.common.reports.listing import Listing
from usage.exports.active_devices import ACTIVE_DEVICES
from usage.exports.reports import USAGE_REPORTS
from usage.metering.reportdates import there_by
from usage.models import UsageReportRow
from usage.selectors import late_usage, packages, quota_history, reports
from usage.selectors.devices_list import reach
from usage.services.reports.handing import KIND, SORTS, key_of
from usage.tables.packages import QuotaTable
from usage.views.report_parts import call_groups, tabs

TABS = {
    "summary": "usage-report",
    "billing": "usage-report-billing",
    "quota": "usage-report-quota",
    "attributes": "usage-report-attributes",
}
EVENTS = 100
"""So many events of a quota stand in the pane; all of them are in the history."""


@require_GET
@visited
def my_billing(visit: Visit) -> HttpResponse:
    """The whole overview of a month for an account and all its tenants (B14)."""
    account = visit.account(visit.own)
    if account is None:
        return visit.page("generic/no_account.html", None, report={"title": _("My billing")})
    months = _months(visit, account)
    row = reports.own_row(access=visit.access, account=account, month=months.month)
    month = months.month.iso
    snapshot = reports.snapshot(account=account, month=months.month, now=visit.now, row=row)
    return visit.page(
        "usage/reports/my_billing.html",
        account,
        among=visit.own,
        months=months,
        snapshot=snapshot,
        devices_query=_query(account=account.key, month=month, owner=account.key),
        tenants_query=_query(account=account.key, month=month),
        **_details(visit, account, months, row),
    )


def _listed(visit: Visit, account: Account, _listing: Listing) -> Mapping[str, Any]:
    """The figures of all together, in which a device that moved counts once (Q57)."""
    months = _months(visit, account)
    row = reports.own_row(access=visit.access, account=account, month=months.month)
    return {"row": row, "whole": row.whole if row else None, **_awaited(visit, months)}


def _months(visit: Visit, account: Account) -> MonthChoice:
    """From the first fact or report on; the month before this one, unless another is chosen."""
    usual = visit.month.previous
    seen = reach(access=visit.access, account=account, now=visit.now)
    first = reports.first_month(accounts=seen)
    return chosen(
        visit.request.GET.get("month"),
        first=min(first or usual, usual),
        last=visit.month,
        usual=usual,
    )


listing = report_view(
    USAGE_REPORTS, template="usage/reports/list.html", months=_months, extra=_listed
)
active_devices = report_view(ACTIVE_DEVICES, months=_months)


@require_GET
@visited
def pane(visit: Visit, key: str, tab: str) -> HttpResponse:
    """One account of a report, in four views (B41)."""
    account = visit.account(visit.own)
    if account is None:
        raise Http404
    months = _months(visit, account)
    row = reports.find(access=visit.access, key=key, month=months.month)
    shown = row.account if row else Account.objects.get(key=key)
    context: dict[str, Any] = {"row": row, **_awaited(visit, months)}
    if row is not None and tab == "billing":
        context = _details(visit, shown, months, row)
    elif row is not None and tab == "quota":
        context |= _events(row)
    elif row is not None and tab == "attributes":
        context["attributes"] = sorted(row.attributes.items())
    return visit.page(
        f"usage/reports/pane_{tab}.html",
        account,
        months=months,
        key=key,
        shown=shown,
        tabs=tabs(TABS, tab, key, months.month),
        **context,
    )


@require_GET
@visited
def file(visit: Visit, sort: str, key: str) -> HttpResponse:
    """Give a file of a report a fresh address that works for a few minutes."""
    account = visit.account(visit.own)
    if account is None or sort not in SORTS:
        raise Http404
    months = _months(visit, account)
    row = reports.find(access=visit.access, key=key, month=months.month)
    if row is None or months.problem:
        raise Http404
    token = downloads.sign(
        kind=KIND, key=key_of(row=row, sort=sort), seconds=settings.DOWNLOAD_SECONDS
    )
    return redirect("download", token)


def _details(
    visit: Visit, account: Account, months: MonthChoice, row: UsageReportRow | None
) -> dict[str, Any]:
    """Service package and usage of a month: what My billing and the pane have in common."""
    viewer = visit.account(visit.own) or account
    holder = row.report.account if row else account
    holds = holder.pk in visit.access.own and reports.pays(account=holder, month=months.month)
    at = packages.last_instant(month=months.month, now=visit.now)
    asked = late_usage.is_quick(row=row) or "late" in visit.request.GET if row else False
    late = late_usage.late(row=row) if row and asked else None
    found, quota = packages.standing(account=holder, at=at) if holds else (None, None)
    return {
        "row": row,
        "whole": row.whole if row else None,
        "call_groups": call_groups(row.whole) if row and row.counts_calls else [],
        "late": late or None,
        "looked": asked,
        "late_groups": call_groups(late.whole) if late else [],
        "late_query": _query(account=viewer.key, month=months.month.iso, late="yes"),
        "holder": holder if holds else None,
        "quota": quota,
        "packages": found,
        "history_link": _history(visit, holder if holds else account, months),
        **_awaited(visit, months),
    }


def _history(visit: Visit, account: Account, months: MonthChoice) -> str:
    """Which history of a service package the visitor may open: their own accounts' only."""
    may = account.pk in visit.access.own
    return _query(account=account.key, month=months.month.iso) if may else ""


def _query(**parameters: str) -> str:
    return f"?{urlencode(parameters)}"


def _awaited(visit: Visit, months: MonthChoice) -> dict[str, Any]:
    """When the report of the month comes, if its time is still ahead."""
    expected = there_by(months.month)
    return {"expected": expected if visit.now < expected else None}


def _events(row: UsageReportRow) -> dict[str, Any]:
    events = quota_history.of_account(account=row.account, month=row.report.month)
    shown = list(events.order_by("-at", "-number")[: EVENTS + 1])
    table = QuotaTable(shown[:EVENTS], orderable=False)
    table.columns.hide("account")
    if row.account_id != row.report.account_id:
        table.columns.hide("balance")
        table.columns.hide("parts")
    return {"table": table, "more": len(shown) > EVENTS}
