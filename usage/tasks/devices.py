"""What becomes of devices with time."""

from datetime import timedelta

from celery import shared_task

from accounts.services.jobs import unfinished
from billing_portal.common import clock, files
from usage.ingest.devices.jobs import DEVICES_IMPORT, DEVICES_LABELS, UPLOADS
from usage.services.devices import present


@shared_task
def refresh() -> None:
    """Let points that were dated in advance come into force in lists and searches."""
    present.refresh_due(now=clock.now())


@shared_task
def sweep() -> None:
    """Remove uploaded files of devices that no unfinished job needs."""
    jobs = unfinished().filter(kind__in=[DEVICES_IMPORT.name, DEVICES_LABELS.name])
    keep = {subject["stored_as"] for subject in jobs.values_list("subject", flat=True)}
    files.sweep(UPLOADS, keep=keep, older_than=timedelta(days=1))
