"""Bills by month, one bill, and its detail file."""

from datetime import datetime
from itertools import chain
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST
from django_tables2 import RequestConfig

from accounts.choices import Reach
from accounts.selectors.jobs import current
from accounts.services import audit, jobs
from accounts.tasks.jobs import make
from accounts.views.visit import Visit, visited
from billing_portal.common.dispatch import send
from billing_portal.common.periods import Month
from invoices.exports import detail
from invoices.exports.detail_job import DETAIL_CSV
from invoices.models import Bill
from invoices.selectors import bills
from invoices.tables.bills import DayTable, HistoryTable, ItemTable

MONTHS_ON_A_PAGE = 24
CSV = "text/csv; charset=utf-8"


@require_GET
@visited
def history(visit: Visit) -> HttpResponse:
    """What did each month cost?"""
    account = visit.account(visit.payers)
    if account is None:
        return no_billing(visit)
    rows = bills.history(access=visit.access, account=account)
    table = HistoryTable(
        rows, key=account.key, coverages=bills.coverages(rows), running=visit.month
    )
    RequestConfig(visit.request, paginate={"per_page": MONTHS_ON_A_PAGE}).configure(table)
    running = next((row.bills for row in rows if row.month == visit.month), {})
    return visit.page(
        "invoices/bills.html",
        account,
        among=visit.payers,
        rows=rows,
        table=table,
        running=list(running.values()),
        jobs=current(access=visit.access, account=account, now=visit.now, kinds=(DETAIL_CSV.name,)),
        stream_lines=settings.STREAM_LINES,
    )


@require_GET
@visited
def bill(visit: Visit, key: str, coverage: str, month: Month) -> HttpResponse:
    """What is this bill made of: by item, by day?"""
    page = bills.page(access=visit.access, key=key, coverage=coverage, month=month)
    items, days = ItemTable(page), DayTable(page)
    for table in (items, days):
        RequestConfig(visit.request, paginate=False).configure(table)
    return visit.page(
        "invoices/bill.html",
        page.bill.account,
        among=visit.payers,
        page=page,
        bill=page.bill,
        items=items,
        days=days,
        ends=month_end(page.bill, visit.now),
        stream_lines=settings.STREAM_LINES,
    )


@require_GET
@visited
def detail_csv(visit: Visit, key: str, coverage: str, month: Month) -> HttpResponseBase:
    """Send the detail CSV at once, or lead to the page that offers to make it."""
    found = bills.get(access=visit.access, key=key, coverage=coverage, month=month)
    if found.line_count > settings.STREAM_LINES:
        return redirect("bill", key, coverage, month)
    audit.record(
        actor=visit.person.email,
        action="detail-csv.download",
        now=visit.now,
        account_key=key,
        subject=f"{coverage} {month}",
    )
    name = content_disposition_header(True, detail.csv_name(found, account_key=key))
    pieces = detail.stream(found)
    # The first piece before the headers: a file that cannot be read is an error, not half a file.
    first = next(pieces, b"")
    response = StreamingHttpResponse(chain([first], pieces), content_type=CSV)
    response["Content-Disposition"] = name or "attachment"
    return response


@require_POST
@visited
def order_csv(visit: Visit, key: str, coverage: str, month: Month) -> HttpResponse:
    """Have a large detail CSV made, and lead to the page that says how far it is."""
    found = bills.get(access=visit.access, key=key, coverage=coverage, month=month)
    job = jobs.order(
        kind=DETAIL_CSV.name,
        reach=Reach.MONEY,
        account=found.account,
        person=visit.person,
        subject={"coverage": coverage, "month": str(month)},
        now=visit.now,
    )
    send(make, job_id=job.pk)
    return redirect("job", job.pk)


def month_end(bill: Bill, now: datetime) -> dict[str, Any]:
    """When the month of a bill ends or ended, and when its invoice is usually made."""
    return {
        "running": bill.month.holds(now),
        "last_day": bill.month.last_day,
        "invoice_day": bill.month.next.business_day(settings.CLOSE_BUSINESS_DAY),
    }


def no_billing(visit: Visit) -> HttpResponse:
    """The page of people who see no money: their billing is with somebody else."""
    return visit.page("accounts/no_billing.html", None)
