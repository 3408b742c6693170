"""Which reports are to be made, and making them shard by shard."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.services import audit
from billing_portal.common import leases
from billing_portal.common.periods import Month
from usage.metering.reportdates import made_from
from usage.models import ReportDue, UsageReport
from usage.selectors import report_sources
from usage.services.reports.making import make

logger = logging.getLogger(__name__)

LATER = timedelta(minutes=5)
"""When a report that could not be made is tried again."""


class ReportsRefused(Exception):
    """Reports that cannot be made; the message says why."""


class MonthNotOver(ReportsRefused):
    def __init__(self, month: Month) -> None:
        text = _("%(month)s is not over: its reports can be made from %(day)s, 00:00 UTC.")
        super().__init__(text % {"month": month, "day": month.next.first_day})


class NobodyThere(ReportsRefused):
    def __init__(self, month: Month) -> None:
        super().__init__(_("There was no billing account in %(month)s.") % {"month": month})


def open_month(*, month: Month, now: datetime, actor: str) -> int:
    """Note which reports of a month are still to be made, and let those that failed be tried again.

    Returns how many there are to make; what is made stays as it is. Raises a ReportsRefused.
    """
    if now < month.end:
        raise MonthNotOver(month)
    payers = report_sources.billed_in(month=month)
    if not payers:
        raise NobodyThere(month)
    due = ReportDue.objects.filter(month=month)
    due.filter(lease_owner="").update(due_at=now)
    made = UsageReport.objects.filter(month=month).values_list("account_id", flat=True)
    known = {*made, *due.values_list("account_id", flat=True)}
    new = [payer for payer in payers if payer not in known]
    ReportDue.objects.bulk_create(
        [ReportDue(account_id=payer, month=month, due_at=now) for payer in new],
        ignore_conflicts=True,
    )
    if new:
        audit.record(actor=actor, action="usage_reports.open", now=now, subject=month.iso)
    return due.count()


def open_due(*, now: datetime, actor: str) -> int:
    """Note the reports of the month before once its day has come (B10); return how many wait."""
    month = Month.of(now).previous
    if now >= made_from(month):
        known = UsageReport.objects.filter(month=month).count()
        known += ReportDue.objects.filter(month=month).count()
        if known < len(report_sources.billed_in(month=month)):
            open_month(month=month, now=now, actor=actor)
    return leases.free(ReportDue.objects.all(), now).count()


def make_next(*, now: datetime) -> int:
    """Make the reports of the first shard that is due; return how many it had."""
    free = leases.free(ReportDue.objects.all(), now).order_by("month")
    month = free.values_list("month", flat=True).first()
    if month is None:
        return 0
    taken = leases.take(
        ReportDue.objects.filter(month=month),
        now=now,
        seconds=settings.LEASE_SECONDS,
        limit=settings.SHARD_SIZE,
    )
    rows = ReportDue.objects.filter(pk__in=taken).order_by("account_id")
    _go_on(list(rows), now)
    leases.release(ReportDue, taken)
    return len(taken)


def _go_on(rows: Sequence[ReportDue], now: datetime) -> None:
    """Make a shard; one account that fails does not hold up the others."""
    if not rows:
        return
    try:
        make(month=rows[0].month, payers=[row.account_id for row in rows], now=now)
    except Exception as error:
        if len(rows) > 1:
            logger.warning("reports of %s failed, going one by one: %s", rows[0].month, error)
            for row in rows:
                _go_on([row], now)
        else:
            logger.exception("report of %s for account %s", rows[0].month, rows[0].account_id)
            text = f"{type(error).__name__}: {error}"
            leases.fail(rows[0], error=text, now=now, delay=LATER)
