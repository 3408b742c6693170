"""What customers are told of by the calendar."""

from celery import shared_task

from billing_portal.common import clock
from invoices.services import pricing_news


@shared_task
def announce_prices() -> None:
    """Tell customers of prices that begin soon, each of them once."""
    pricing_news.announce(now=clock.now())
