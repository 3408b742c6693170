"""Bills by month, and the detail file of each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST
from django_tables2 import RequestConfig

from accounts.choices import Reach
from accounts.models import Account
from accounts.selectors.jobs import current
from accounts.services import audit, jobs
from accounts.tasks.jobs import make
from accounts.views.visit import Visit, visited
from billing_portal.common.attachments import attachment
from billing_portal.common.dispatch import send
from billing_portal.common.parts.shapes import Switch
from billing_portal.common.periods import Month
from invoices.exports import detail
from invoices.exports.detail_job import DETAIL_CSV
from invoices.models import Bill
from invoices.selectors import bills
from invoices.selectors import history as months
from invoices.selectors.catalog import announced
from invoices.selectors.receivables import balances
from invoices.selectors.settings import today
from invoices.tables.columns import shown
from invoices.tables.history import HistoryTable
from usage.choices import Coverage

MONTHS_ON_A_PAGE = 24


@require_GET
@visited
def history(visit: Visit) -> HttpResponse:
    """What did each month cost, and what made it change?"""
    account = visit.account(visit.payers)
    if account is None:
        return no_billing(visit)
    every = bills.of_account(access=visit.access, account=account)
    coverage = _coverage(visit, every)
    known = [bill for bill in every if bill.coverage == coverage]
    years = sorted({bill.month.year for bill in known}, reverse=True)
    year = next((year for year in years if str(year) == visit.request.GET.get("year")), None)
    chosen = [bill for bill in known if year in {None, bill.month.year}]
    table = HistoryTable(chosen, running=visit.month, stream_lines=settings.STREAM_LINES)
    RequestConfig(visit.request, paginate={"per_page": MONTHS_ON_A_PAGE}).configure(table)
    table.show_changes(months.changes([row.bill for row in shown(table)], known))
    return visit.page(
        "invoices/bills.html",
        account,
        among=visit.payers,
        known=known,
        table=table,
        series=months.series(known),
        switches=_switches(account, every, coverage),
        coverage=coverage,
        years=years,
        year=year,
        running=bills.in_order(bill for bill in every if bill.month == visit.month),
        balances=balances(access=visit.access, account=account, today=today(now=visit.now)),
        announced=announced(account=account, after=visit.now.date()),
        jobs=current(access=visit.access, account=account, now=visit.now, kinds=(DETAIL_CSV.name,)),
        stream_lines=settings.STREAM_LINES,
    )


@require_GET
@visited
def detail_csv(visit: Visit, key: str, coverage: str, month: Month) -> HttpResponseBase:
    """Send the detail CSV at once, or lead to the page that offers to make it; an annex is made."""
    found = bills.get(access=visit.access, key=key, coverage=coverage, month=month)
    if found.line_count > settings.STREAM_LINES and not hasattr(found, "annex"):
        return redirect("bill", key, coverage, month)
    note_download(visit, found, action="detail-csv.download")
    name = detail.csv_name(found, account_key=key)
    return attachment(detail.stream(found), name=name)


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


def note_download(visit: Visit, bill: Bill, *, action: str) -> None:
    """Keep who took away what."""
    audit.record(
        actor=visit.person.email,
        action=action,
        now=visit.now,
        account_key=bill.account.key,
        subject=f"{bill.coverage} {bill.month}",
    )


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


def _coverage(visit: Visit, every: Sequence[Bill]) -> str:
    """The coverage that the address names, else the first in which there is any bill."""
    there = _there(every)
    wanted = visit.request.GET.get("coverage")
    return wanted if wanted in there else next(iter(there), Coverage.JAPAN.value)


def _there(every: Sequence[Bill]) -> list[str]:
    found = {bill.coverage for bill in every}
    return [coverage for coverage in Coverage.values if coverage in found]


def _switches(account: Account, every: Sequence[Bill], current: str) -> list[Switch]:
    """The other coverage of this account, if it has bills in both."""
    there = _there(every)
    currencies = {bill.coverage: bill.currency for bill in every}
    return [
        Switch(
            label=f"{Coverage(coverage).label}, {currencies[coverage]}",
            url=f"?{urlencode({'account': account.key, 'coverage': coverage})}",
            current=coverage == current,
        )
        for coverage in there
        if len(there) > 1
    ]
