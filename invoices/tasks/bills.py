"""The daily evaluation of months that are not closed yet, and the sweep of files."""

import logging
from datetime import timedelta

from celery import shared_task
from django.conf import settings

from billing_portal.common import clock, files
from billing_portal.common.dispatch import send
from billing_portal.common.periods import Month
from invoices.selectors.evaluations import due_evaluations, referred_files
from invoices.services import bills
from usage.services import calendar

logger = logging.getLogger(__name__)

KEEP_UNREFERRED = timedelta(days=7)


@shared_task
def evaluate_due() -> None:
    """Enqueue the months whose figures are older than the last complete UTC day."""
    now = clock.now()
    calendar.extend(through=Month.of(now))
    for shard in due_evaluations(now=now, size=settings.SHARD_SIZE):
        send(
            evaluate,
            month=shard.month.iso,
            coverage=shard.coverage,
            account_ids=list(shard.account_ids),
        )


@shared_task
def evaluate(*, month: str, coverage: str, account_ids: list[int]) -> None:
    evaluation = bills.evaluate(
        month=Month.parse(month), coverage=coverage, account_ids=account_ids, now=clock.now()
    )
    for account_id, problems in evaluation.problems.items():
        for problem in problems:
            logger.warning("account %s, %s: %s %s", account_id, month, problem.what, problem.remedy)


@shared_task
def sweep_files() -> None:
    """Remove what nothing refers to any more: drafts of bills that were evaluated again."""
    for kind, keep in referred_files().items():
        files.sweep(kind, keep=keep, older_than=KEEP_UNREFERRED)
