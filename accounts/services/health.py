"""Signs of life of those who work in the background."""

from datetime import datetime

from accounts.models import Heartbeat

WORKER = "worker"


def beat(*, now: datetime) -> None:
    """Note that a worker works."""
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"at": now})
