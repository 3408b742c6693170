"""What waits, and who was last heard of: for those who watch over the portal."""

from datetime import datetime

from django.db.models import Count, Min

from accounts.choices import JobState
from accounts.models import Heartbeat, Job, Mail


def last_heartbeat() -> datetime | None:
    """When a worker was last heard of."""
    at: datetime | None = Heartbeat.objects.aggregate(at=Min("at"))["at"]
    return at


def unfinished_jobs() -> dict[str, int]:
    """How many jobs are in each state that is not their last."""
    counts = dict.fromkeys([JobState.QUEUED.value, JobState.RUNNING.value], 0)
    found = Job.objects.filter(state__in=counts).order_by().values_list("state")
    return counts | dict(found.annotate(Count("pk")))


def oldest_due_mail() -> datetime | None:
    """Since when the mail that waits longest has been due."""
    waiting = Mail.objects.filter(sent_at__isnull=True, given_up_at__isnull=True)
    at: datetime | None = waiting.aggregate(at=Min("due_at"))["at"]
    return at
