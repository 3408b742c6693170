"""What becomes of service packages with time."""

from celery import shared_task

from billing_portal.common import clock
from usage.services.packages import settling


@shared_task
def settle() -> None:
    """Enter in the ledgers which packages began, were renewed or expired."""
    settling.settle_due(now=clock.now())
