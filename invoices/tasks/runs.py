"""Month ends as tasks: short, keyed by ids, safe to run twice."""

import logging

from celery import shared_task
from django.conf import settings

from billing_portal.common import clock
from billing_portal.common.dispatch import send
from billing_portal.common.periods import Month
from invoices.selectors import runs as run_selectors
from invoices.services import runs
from invoices.tasks import documents
from usage.selectors.months import open_months
from usage.services import calendar

logger = logging.getLogger(__name__)


@shared_task
def sweep() -> None:
    """Call for one worker for every shard that is due and that nobody works on."""
    for _ids in run_selectors.due_shards(now=clock.now(), size=settings.SHARD_SIZE):
        send(work)


@shared_task
def work() -> None:
    """Propose and close the next shard, then let its documents be rendered."""
    if runs.work_next(now=clock.now()):
        send(documents.sweep)


@shared_task
def renew() -> None:
    """Let what waits for approval be proposed anew where facts came in since."""
    if runs.renew(now=clock.now()):
        send(sweep)


@shared_task
def open_due() -> None:
    """Open the runs of all ended months that are due, in order; earlier months come first."""
    now = clock.now()
    calendar.extend(through=Month.of(now).previous)
    for month in open_months(before=Month.of(now)):
        if now.date() < month.next.business_day(settings.CLOSE_BUSINESS_DAY):
            return
        try:
            runs.open_run(month=month, now=now, actor="calendar")
        except runs.RunRefused as refusal:
            logger.warning("run of %s not opened: %s", month, refusal)
            return
    send(sweep)
