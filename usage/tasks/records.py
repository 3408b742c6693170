"""What becomes of files that were being taken in."""

from datetime import timedelta

from celery import shared_task

from billing_portal.common import clock, files
from usage.services import imports


@shared_task
def sweep() -> None:
    """Note which files were left unfinished by a process that is gone."""
    imports.stop_abandoned(now=clock.now())


@shared_task
def sweep_uploads() -> None:
    """Remove uploaded files that no job will ask for again."""
    keep = imports.uploads_in_use(now=clock.now())
    files.sweep(imports.UPLOADS, keep=keep, older_than=timedelta(days=1))
