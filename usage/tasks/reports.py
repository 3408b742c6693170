"""Reports by the calendar."""

from datetime import timedelta

from celery import shared_task

from billing_portal.common import clock, files
from billing_portal.common.dispatch import send
from usage.selectors.reports import stored_files
from usage.services.reports import orders
from usage.services.reports.files import KIND

UNUSED = timedelta(days=7)


@shared_task
def open_due() -> None:
    """Make sure that what is due is being made; begins anew what was cut off."""
    if orders.open_due(now=clock.now(), actor="calendar"):
        send(work)


@shared_task
def work() -> None:
    """Make the reports of one shard, then let the next one follow."""
    if orders.make_next(now=clock.now()):
        send(work)


@shared_task
def sweep_files() -> None:
    """Remove the files that no report names, such as those of a process that died."""
    files.sweep(KIND, keep=stored_files(), older_than=UNUSED)
