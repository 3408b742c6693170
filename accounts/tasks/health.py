"""The sign of life of the workers."""

from celery import shared_task

from accounts.services import health
from billing_portal.common import clock


@shared_task
def heartbeat() -> None:
    """Say that tasks are taken and done."""
    health.beat(now=clock.now())
