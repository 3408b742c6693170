"""A report for the tests: acts in the audit trail of an account, with a column of each kind."""

from datetime import datetime, timedelta
from typing import Any

import django_filters
from django.db.models import Count, Max, QuerySet
from django.http import QueryDict

from accounts.access import Access
from accounts.models import Account, AuditEntry
from accounts.views.report import report_view
from billing_portal.common.periods import Month
from billing_portal.common.reports.columns import InstantColumn, KeyColumn, NumberColumn, TextColumn
from billing_portal.common.reports.filters import DayFilter, ReportFilters, SearchFilter
from billing_portal.common.reports.report import Report
from billing_portal.common.reports.tables import ReportTable
from tests.portal.months import NOW

MARK = "sample."
PER_PAGE = 25
STREAMED = 60


class ActsTable(ReportTable):
    action = KeyColumn("Act")
    actor = TextColumn("Who")
    subject = TextColumn("On what")
    at = InstantColumn("At (UTC)")
    times = NumberColumn("Times", accessor="detail__times", orderable=False)

    class Meta:
        order_by = "-at"


class ActsFilters(ReportFilters):
    q = SearchFilter(("actor", "subject"))
    action = django_filters.ChoiceFilter(
        label="Act", choices=[(f"{MARK}{name}", name) for name in ("read", "write")]
    )
    since = DayFilter(field_name="at", lookup_expr="date__gte", label="Since")


def rows(
    *, access: Access, account: Account, now: datetime, query: QueryDict
) -> "QuerySet[AuditEntry]":
    """Acts on this account, if its usage is seen, of the month that the address names."""
    found = AuditEntry.objects.filter(account_key=account.key, action__startswith=MARK, at__lte=now)
    if account.pk not in access.usage:
        return found.none()
    if text := query.get("month", ""):
        month = Month.parse(str(text))
        found = found.filter(at__gte=month.start, at__lt=month.end)
    return found


def total(found: "QuerySet[Any]") -> dict[str, Any]:
    sums = found.aggregate(acts=Count("pk"), last=Max("at"))
    return {"times": sums["acts"], "at": sums["last"]}


ACTS = Report(
    name="acts",
    title="Acts",
    rows=rows,
    table=ActsTable,
    filters=ActsFilters,
    empty=("No acts yet", "They appear here when somebody does something."),
    switches=("month",),
    total=total,
    per_page=PER_PAGE,
    stream_rows=STREAMED,
)
view = report_view(ACTS)


def act(
    account: Account, n: int, *, subject: str = "", actor: str = "", hours: int | None = None
) -> AuditEntry:
    """The n-th act, so many hours before now."""
    return AuditEntry(
        at=NOW - timedelta(hours=n if hours is None else hours),
        actor=actor or f"person{n}@example.com",
        account_key=account.key,
        action=f"{MARK}{'write' if n % 2 else 'read'}",
        subject=subject or f"thing {n}",
        detail={"times": n},
    )


def acts(account: Account, count: int, **fields: Any) -> None:
    AuditEntry.objects.bulk_create([act(account, n, **fields) for n in range(count)])
