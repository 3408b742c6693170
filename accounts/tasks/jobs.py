"""Long work, done in the background."""

import logging

from celery import shared_task
from django.utils import translation

from accounts.models import Job
from accounts.services import jobs
from billing_portal.common import clock
from billing_portal.common.dispatch import send

log = logging.getLogger(__name__)


@shared_task
def make(*, job_id: int) -> None:
    """Do the work of one job. Does nothing if another process has it or it is done."""
    job = jobs.start(job_id=job_id, now=clock.now())
    if job is None:
        return
    if job.attempts > jobs.MAX_ATTEMPTS:
        jobs.fail(job=job, error="The work was cut short too often.", now=clock.now())
        return
    try:
        with translation.override(job.language):
            _make(job)
    except jobs.CannotBeDone as refusal:
        jobs.fail(job=job, error=str(refusal), now=clock.now())
    except Exception as error:
        log.exception("job %s (%s)", job.pk, job.kind)
        jobs.fail(job=job, error=f"{type(error).__name__}: {error}", now=clock.now())


@shared_task
def sweep() -> None:
    """Enqueue what is due and held by nobody; remove results whose time is over."""
    for job in jobs.due(now=clock.now()):
        send(make, job_id=job.pk)
    jobs.expire(now=clock.now())


def _make(job: Job) -> None:
    def report(percent: int) -> None:
        jobs.report(job=job, percent=percent, now=clock.now())

    made = jobs.KINDS[job.kind].make(job, report)
    jobs.finish(job=job, made=made, now=clock.now())
