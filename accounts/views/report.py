"""The view of every report: search, filters, sorting, pages, totals and CSV, from a declaration."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from accounts.choices import Reach
from accounts.exports.reports import NAME, subject
from accounts.models import Account
from accounts.services import audit, jobs
from accounts.tasks.jobs import make
from accounts.views.visit import Visit, visited
from billing_portal.common import csvfile
from billing_portal.common.attachments import attachment
from billing_portal.common.dispatch import send
from billing_portal.common.parts.months import MonthChoice
from billing_portal.common.reports.files import file_name, lines
from billing_portal.common.reports.listing import FORMAT, SIZES, Listing
from billing_portal.common.reports.report import Report
from billing_portal.common.reports.scope import Scope

REGION = "generic/report_region.html"

Extra = Callable[[Visit, Account, Listing], Mapping[str, Any]]
"""More context for the page: (visit, account, listing) -> names and values."""

Months = Callable[[Visit, Account], MonthChoice]
"""The month that the address names, among those that there are for this account."""

View = Callable[..., HttpResponseBase]


def report_view(
    report: Report,
    *,
    template: str = "generic/report.html",
    among: Literal["own", "payers"] = "own",
    nobody: str = "generic/no_account.html",
    extra: Extra | None = None,
    months: Months | None = None,
) -> View:
    """Return the view of a report: a page, its parts for htmx, and its CSV at `?format=csv`.

    `among` are the accounts that the switch offers: those in which the person has a role, or those
    whose money is seen; who has none of them gets the page `nobody`. A part of the path named
    `account` chooses one too; all captured parts reach the rows in `query`. So does the month of a
    report that has `months`, chosen or not: its files say which one they are of.
    """

    @require_http_methods(["GET", "HEAD", "POST"])
    @visited
    def view(visit: Visit, /, **captured: Any) -> HttpResponseBase:
        query = _query(visit.request, captured)
        accounts = visit.payers if among == "payers" else visit.own
        account = _account(accounts, query)
        if account is None:
            return visit.page(nobody, None, report=report)
        month = months(visit, account) if months else None
        if month is not None:
            query["month"] = month.month.iso
        listing = Listing(report, Scope(visit.access, account, visit.now, query))
        if visit.request.method == "POST":
            return _order(visit, account, listing)
        if query.get(FORMAT) == "csv":
            wrong = month is not None and month.problem
            return _to_page(visit) if wrong else _file(visit, account, listing)
        listing.turn()
        more = extra(visit, account, listing) if extra else {}
        context = {**_context(listing), "months": month, **more}
        return _page(visit, account, accounts, template, context)

    return view


def _query(request: HttpRequest, captured: Mapping[str, Any]) -> QueryDict:
    query = request.GET.copy()
    for name, value in captured.items():
        query[name] = str(value)
    return query


def _account(accounts: Sequence[Account], query: QueryDict) -> Account | None:
    key = query.get("account")
    if key is None:
        return accounts[0] if accounts else None
    for account in accounts:
        if account.key == key:
            return account
    raise Account.DoesNotExist(key)


def _context(listing: Listing) -> dict[str, Any]:
    return {
        "report": listing.report,
        "title": listing.report.title,
        "listing": listing,
        "table": listing.table,
        "filters": listing.filters,
        "sizes": SIZES,
    }


def _page(
    visit: Visit,
    account: Account,
    among: Sequence[Account],
    template: str,
    context: Mapping[str, Any],
) -> HttpResponse:
    """The whole page, or only the region that htmx replaces."""
    htmx = HtmxDetails(visit.request)
    partly = bool(htmx) and not htmx.history_restore_request
    response = visit.page(REGION if partly else template, account, among=among, **context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _file(visit: Visit, account: Account, listing: Listing) -> HttpResponseBase:
    """Send a short CSV at once; offer to make a long one."""
    if not listing.valid:
        return _to_page(visit)
    if listing.count > listing.report.stream_rows:
        return visit.page("generic/report_order.html", account, listing=listing)
    name = file_name(listing)
    _record(visit, account, name)
    return attachment(csvfile.encode(lines(listing)), name=name)


def _order(visit: Visit, account: Account, listing: Listing) -> HttpResponseBase:
    """Have a long CSV made, and lead to the page that says how far it is."""
    if not listing.valid:
        return _to_page(visit)
    job = jobs.order(
        kind=NAME,
        reach=Reach(listing.report.reach),
        account=account,
        person=visit.person,
        subject=subject(
            report=listing.report.name,
            query=listing.address(),
            back=_back(visit),
            person_id=visit.person.pk,
        ),
        now=visit.now,
    )
    send(make, job_id=job.pk)
    return redirect("job", job.pk)


def _to_page(visit: Visit) -> HttpResponseRedirect:
    """Back to the page, where the wrong filter is marked."""
    return HttpResponseRedirect(_back(visit))


def _back(visit: Visit) -> str:
    query = visit.request.GET.copy()
    query.pop(FORMAT, None)
    text = query.urlencode()
    return f"{visit.request.path}?{text}" if text else visit.request.path


def _record(visit: Visit, account: Account, name: str) -> None:
    audit.record(
        actor=visit.person.email,
        action=f"{NAME}.download",
        now=visit.now,
        account_key=account.key,
        subject=name,
    )
