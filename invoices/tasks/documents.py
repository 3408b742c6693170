"""Rendering as tasks: each PDF is leased, made, and on failure retried later and shown."""

import logging
from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.db.models import QuerySet

from billing_portal.common import clock, leases
from billing_portal.common.dispatch import send
from invoices.choices import RenderState
from invoices.exports import annexes
from invoices.models import Rendering
from invoices.services import documents

logger = logging.getLogger(__name__)

BATCH = 20
"""How many PDFs one task makes; they take some tenths of a second each."""
SWEPT = 400
"""How many a sweep enqueues: about what one worker makes until the next but one."""
SOONEST, LATEST = timedelta(seconds=15), timedelta(hours=1)


@shared_task
def sweep() -> None:
    """Enqueue the renderings that are due and that nobody works on, the longest due first."""
    due = leases.free(_waiting(), clock.now()).order_by("due_at", "pk")
    ids = list(due.values_list("pk", flat=True)[:SWEPT])
    for start in range(0, len(ids), BATCH):
        send(render, ids=ids[start : start + BATCH])


@shared_task
def render(*, ids: list[int]) -> None:
    """Make the PDFs of some renderings. Those that others hold or have done are left alone."""
    # One lease at a time, so that it cannot run out while others are made.
    for pk in ids:
        now = clock.now()
        if leases.take(_waiting().filter(pk=pk), now=now, seconds=settings.LEASE_SECONDS):
            _render(Rendering.objects.get(pk=pk), now)


def _waiting() -> QuerySet[Rendering]:
    return Rendering.objects.filter(state=RenderState.WAITING)


def _render(rendering: Rendering, now: datetime) -> None:
    try:
        annexes.make(invoice_id=rendering.invoice_id, now=now)
        documents.render(invoice_id=rendering.invoice_id, now=now)
    except Exception as error:
        # Whatever it is: it is shown with the row, and the other documents go on.
        logger.exception("invoice %s was not rendered", rendering.invoice_id)
        message = f"{type(error).__name__}: {error}"
        leases.fail(rendering, error=message, now=now, delay=_delay(rendering.attempts))


def _delay(attempts: int) -> timedelta:
    """Wait 15 seconds after the first failure, four times as long after each more, at most 1 h."""
    factor: int = 4 ** min(max(attempts - 1, 0), 8)
    return min(SOONEST * factor, LATEST)
