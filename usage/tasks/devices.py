"""What becomes of devices with time."""

from celery import shared_task

from billing_portal.common import clock
from usage.services.devices import present


@shared_task
def refresh() -> None:
    """Let points that were dated in advance come into force in lists and searches."""
    present.refresh_due(now=clock.now())
