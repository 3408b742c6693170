"""Charging, delivering, reminding and announcing as tasks: each tick does what is due."""

import logging
from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings

from billing_portal.common import clock, leases
from billing_portal.common.dispatch import send
from invoices.choices import OrderState
from invoices.gateways import GatewayDown
from invoices.models import Order, Receivable
from invoices.selectors.settings import today
from invoices.services import orders
from invoices.services.credits import points
from invoices.services.payments import cards, charging, refunds, reminding
from invoices.tasks import documents

logger = logging.getLogger(__name__)

SWEPT = 200
SOONEST, LATEST = timedelta(seconds=15), timedelta(hours=1)


@shared_task
def sweep() -> None:
    """Enqueue the documents whose card is to be charged now, the longest due first."""
    due = leases.free(charging.waiting(), clock.now()).order_by("due_at", "pk")
    for pk in due.values_list("pk", flat=True)[:SWEPT]:
        send(charge, receivable_id=pk)
    for pk in refunds.due(now=clock.now()).values_list("pk", flat=True)[:SWEPT]:
        send(refund, refund_id=pk)
    for pk in orders.ready().values_list("pk", flat=True)[:SWEPT]:
        send(deliver, order_id=pk)


@shared_task
def charge(*, receivable_id: int) -> None:
    """Make the next attempt for one document, unless another process is at it."""
    now = clock.now()
    mine = charging.waiting().filter(pk=receivable_id)
    if not leases.take(mine, now=now, seconds=settings.LEASE_SECONDS):
        return
    row = Receivable.objects.get(pk=receivable_id)
    try:
        charging.charge(receivable_id=receivable_id, now=now)
    except GatewayDown as error:
        leases.fail(row, error=str(error), now=now, delay=_delay(row.attempts))
    except Exception as error:
        # Whatever it is: it stands with the row, and the other documents go on.
        logger.exception("receivable %s was not charged", receivable_id)
        message = f"{type(error).__name__}: {error}"
        leases.fail(row, error=message, now=now, delay=_delay(row.attempts))
    else:
        Receivable.objects.filter(pk=receivable_id).update(attempts=0, error="")
        leases.release(Receivable, [receivable_id])
        for pk in orders.ready().filter(document__receivable=row).values_list("pk", flat=True):
            deliver(order_id=pk)


@shared_task
def deliver(*, order_id: int) -> None:
    """Complete an order whose payment is decided."""
    orders.deliver(order_id=order_id, now=clock.now())


def carry_on(order: Order, *, now: datetime) -> Order:
    """Begin what follows a confirmation: its charge by the worker; at once what needs none."""
    if order.document is not None and order.state == OrderState.PROCESSING:
        order = orders.deliver(order_id=order.pk, now=now)
        send(sweep)
        send(documents.sweep)
    return order


@shared_task
def refund(*, refund_id: int) -> None:
    """Ask the gateway for one refund, unless another process is at it."""
    refunds.work(refund_id=refund_id, now=clock.now())


@shared_task
def remind() -> None:
    """Send the reminders of the day, announce cards that expire, let points lapse."""
    now: datetime = clock.now()
    day = today(now=now)
    reminding.remind(today=day, now=now)
    cards.announce(today=day, now=now)
    points.lapse(today=day, now=now)


def _delay(attempts: int) -> timedelta:
    """Wait 15 seconds after the first failure, four times as long after each more, at most 1 h."""
    factor: int = 4 ** min(max(attempts - 1, 0), 8)
    return min(SOONEST * factor, LATEST)
