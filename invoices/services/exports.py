"""The life of a long download: ordered, running, done or failed, expired.

Every step re-reads the row under lock, so that a step that comes twice does nothing.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts.choices import JobState
from accounts.models import Job, User
from accounts.services import audit
from billing_portal.common import files, leases
from billing_portal.common.periods import Month
from invoices.models import Bill
from invoices.selectors.exports import DETAIL_CSV

FILES = "exports"
MAX_ATTEMPTS = 5
UNFINISHED = (JobState.QUEUED, JobState.RUNNING)


class LeaseLost(Exception):
    """Another process has taken the job over, because this one was silent for too long."""


def order(*, bill: Bill, person: User, now: datetime) -> Job:
    """Ask for the detail CSV of a bill. Who asks twice gets the job that is already under way."""
    subject = {"coverage": bill.coverage, "month": str(bill.month)}
    with transaction.atomic():
        # The account row is what two equal orders at the same instant queue at.
        type(bill.account).objects.select_for_update().get(pk=bill.account_id)
        known = Job.objects.filter(
            kind=DETAIL_CSV, account_id=bill.account_id, subject=subject, state__in=UNFINISHED
        ).first()
        if known is not None:
            return known
        job = Job.objects.create(
            kind=DETAIL_CSV,
            account_id=bill.account_id,
            person=person,
            subject=subject,
            created_at=now,
            due_at=now,
        )
        audit.record(
            actor=person.email,
            action="detail-csv.order",
            now=now,
            account_key=bill.account.key,
            subject=f"{bill.coverage} {bill.month}",
        )
    return job


def try_again(*, job: Job, now: datetime) -> Job:
    """Queue a failed job once more, with all its attempts. Any other state stays as it is."""
    failed = Job.objects.filter(pk=job.pk, state=JobState.FAILED)
    failed.update(
        state=JobState.QUEUED, percent=0, attempts=0, due_at=now, error="", expires_at=None
    )
    job.refresh_from_db()
    return job


def due(*, now: datetime) -> QuerySet[Job]:
    """Unfinished jobs that no process works on."""
    return leases.free(unfinished(), now)


def unfinished() -> QuerySet[Job]:
    return Job.objects.filter(kind=DETAIL_CSV, state__in=UNFINISHED)


def start(*, job_id: int, now: datetime) -> Job | None:
    """Take the job for this process; None if it is done, not due, or another one's."""
    taken = leases.take(
        unfinished().filter(pk=job_id), now=now, seconds=settings.LEASE_SECONDS, limit=1
    )
    if not taken:
        return None
    Job.objects.filter(pk=job_id).update(state=JobState.RUNNING, percent=0)
    return Job.objects.select_related("account").get(pk=job_id)


def bill_of(*, job: Job) -> Bill:
    """The bill as it is now: of a running month, the latest evaluation."""
    return Bill.objects.select_related("account").get(
        account_id=job.account_id,
        coverage=job.subject["coverage"],
        month=Month.parse(job.subject["month"]),
    )


def report(*, job: Job, percent: int, now: datetime) -> None:
    """Say how far the job is and keep its lease; LeaseLost if another process has it by now."""
    if not leases.extend(Job, [job.pk], now=now, seconds=settings.LEASE_SECONDS):
        raise LeaseLost(f"Job {job.pk} was taken over.")
    Job.objects.filter(pk=job.pk).update(percent=min(percent, 99))


def finish(*, job: Job, stored: files.Stored, file_name: str, now: datetime) -> None:
    """Hand over the file and say until when it can be fetched."""
    Job.objects.filter(pk=job.pk, lease_owner=leases.owner()).update(
        state=JobState.DONE,
        percent=100,
        file_name=file_name,
        stored_as=stored.name,
        size=stored.size,
        expires_at=now + timedelta(days=settings.KEEP_EXPORTS_DAYS),
        error="",
        lease_owner="",
        lease_until=None,
    )


def fail(*, job: Job, error: str, now: datetime) -> None:
    """Note the reason. The person may try again; nothing is tried for ever behind their back."""
    over = now + timedelta(days=settings.KEEP_EXPORTS_DAYS)
    with transaction.atomic():
        if leases.fail(job, error=error, now=now, delay=timedelta()):
            Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, expires_at=over)


def expire(*, now: datetime) -> list[str]:
    """Let go of results whose time is over; return the names of the files removed."""
    over = Job.objects.filter(kind=DETAIL_CSV, expires_at__lte=now).exclude(stored_as="")
    if not over.update(stored_as=""):
        return []
    kept = Job.objects.exclude(stored_as="").values_list("stored_as", flat=True)
    return files.sweep(FILES, keep=set(kept), older_than=timedelta(hours=1))
