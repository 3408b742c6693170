"""The life of long work: ordered, running, done or failed, expired.

Each kind of work is declared once and registered by its app when that is ready. Every step re-reads
the row under lock, so that a step that comes twice does nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import get_language

from accounts.choices import JobState, Reach
from accounts.models import Account, Job, User
from accounts.services import audit, mail
from billing_portal.common import csvfile, files, leases
from billing_portal.common.parts.figures import instant

FILES = "exports"
MAX_ATTEMPTS = 5
LONG = timedelta(minutes=1)
"""Who waits for longer than this is told by mail; until then they are still on the page."""
UNFINISHED = (JobState.QUEUED, JobState.RUNNING)

Report = Callable[[int], None]
"""Say how far the work is, in per cent; raises LeaseLost if another process has it by now."""


class LeaseLost(Exception):
    """Another process has taken the job over, because this one was silent for too long."""


class CannotBeDone(Exception):
    """The work makes no sense as ordered; the message is for the person, in their language."""


@dataclass(frozen=True, slots=True)
class Made:
    """What came out of a job: a file, or a result, or both."""

    stored: files.Stored | None = None
    file_name: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of long work.

    `make` does it in a worker, in the language of the person, and may be started again after a
    kill. `title` says what the job is about ("October 2026, Japan"), `back` is the address of the
    page it was ordered from.
    """

    name: str
    label: str | Promise
    make: Callable[[Job, Report], Made]
    title: Callable[[Job], str]
    back: Callable[[Job], str]
    content_type: str = csvfile.CONTENT_TYPE


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind of work known, when its app is ready."""
    KINDS[kind.name] = kind


def order(
    *,
    kind: str,
    reach: Reach,
    account: Account | None,
    person: User | None,
    subject: Mapping[str, Any],
    now: datetime,
    program: str = "",
) -> Job:
    """Ask for work, as a person or as a program with the name of its key.

    Who asks for the same twice gets the job that is already under way.
    """
    with transaction.atomic():
        # Two equal orders at the same instant queue at this row.
        owner = account or person
        if owner is None:
            raise TypeError("A program works for an account.")
        owner._meta.model._base_manager.select_for_update().get(pk=owner.pk)
        wanted = {
            "kind": kind,
            "account": account,
            "subject": dict(subject),
            "language": (get_language() or "en")[:2],
        }
        known = Job.objects.filter(**wanted, state__in=UNFINISHED).first()
        if known is not None:
            return known
        job = Job.objects.create(
            **wanted, person=person, program=program, reach=reach, created_at=now, due_at=now
        )
        audit.record(
            actor=job.actor,
            action=f"{kind}.order",
            now=now,
            account_key=account.key if account else "",
            subject=KINDS[kind].title(job),
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
    return Job.objects.filter(state__in=UNFINISHED)


def start(*, job_id: int, now: datetime) -> Job | None:
    """Take the job for this process; None if it is done, not due, or another one's."""
    taken = leases.take(
        unfinished().filter(pk=job_id), now=now, seconds=settings.LEASE_SECONDS, limit=1
    )
    if not taken:
        return None
    Job.objects.filter(pk=job_id).update(state=JobState.RUNNING, percent=0)
    return Job.objects.select_related("account", "person").get(pk=job_id)


def report(*, job: Job, percent: int, now: datetime) -> None:
    """Say how far the job is and keep its lease; LeaseLost if another process has it by now."""
    if not leases.extend(Job, [job.pk], now=now, seconds=settings.LEASE_SECONDS):
        raise LeaseLost(f"Job {job.pk} was taken over.")
    Job.objects.filter(pk=job.pk).update(percent=min(percent, 99))


def finish(*, job: Job, made: Made, now: datetime) -> bool:
    """Hand over what was made, and say until when its file can be fetched; False if the job is
    another process's by now.
    """
    stored = made.stored
    expires = now + timedelta(days=settings.KEEP_EXPORTS_DAYS)
    with transaction.atomic():
        done = Job.objects.filter(pk=job.pk, lease_owner=leases.owner()).update(
            state=JobState.DONE,
            percent=100,
            result=dict(made.result),
            file_name=made.file_name,
            stored_as=stored.name if stored else "",
            size=stored.size if stored else None,
            expires_at=expires,
            error="",
            lease_owner="",
            lease_until=None,
        )
        if done and stored and job.person and now - job.created_at >= LONG:
            _tell(job, job.person, expires, now)
    return bool(done)


def _tell(job: Job, person: User, expires: datetime, now: datetime) -> None:
    """Mail the person who went away meanwhile, if they want to know."""
    if not (person.mails_downloads and person.is_active):
        return
    kind = KINDS[job.kind]
    with translation.override(person.language):
        context = {
            "label": str(kind.label),
            "about": kind.title(job),
            "until": instant(expires),
            "link": mail.link("job", job.pk),
        }
    mail.queue(
        to=person.email,
        kind="download",
        language=person.language,
        context=context,
        account_key=job.account.key if job.account else "",
        now=now,
    )


def fail(*, job: Job, error: str, now: datetime) -> None:
    """Note the reason. The person may try again; nothing is tried for ever behind their back."""
    over = now + timedelta(days=settings.KEEP_EXPORTS_DAYS)
    with transaction.atomic():
        if leases.fail(job, error=error, now=now, delay=timedelta()):
            Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, expires_at=over)


def expire(*, now: datetime) -> list[str]:
    """Let go of results whose time is over; return the names of the files removed."""
    over = Job.objects.filter(expires_at__lte=now).exclude(stored_as="")
    if not over.update(stored_as=""):
        return []
    kept = Job.objects.exclude(stored_as="").values_list("stored_as", flat=True)
    return files.sweep(FILES, keep=set(kept), older_than=timedelta(hours=1))
