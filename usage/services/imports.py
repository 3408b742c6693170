"""The notes about files that are taken in: running, then done or refused, or interrupted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.choices import JobState
from accounts.models import Job
from billing_portal.common import leases
from usage.choices import ImportState
from usage.metering.vocabulary import Outcome
from usage.models import Import, Source

UPLOADS = "uploads"
"""Kind of the stored files that wait for a job."""
JOB = "usage-import"
"""Kind of the job: `subject` has source, format, country, profile and `files`, a list of pairs of
name and stored name.
"""

NAME_LENGTH = 255

RESULT = (
    "state",
    "accepted",
    "duplicate",
    "conflict",
    "rejected",
    "late",
    "skipped",
    "error",
    "rejected_file",
    "finished_at",
    "lease_owner",
    "lease_until",
)


@dataclass(frozen=True, slots=True)
class Origin:
    """How files are read, and on whose behalf. `profile` is the name of a feed profile."""

    file_format: str
    actor: str = ""
    profile: str = ""
    job: Job | None = None


def start(*, source: Source, names: Sequence[str], origin: Origin, now: datetime) -> list[Import]:
    """Note that files are being taken in by this process."""
    owner, until = leases.owner(), _until(now)
    return Import.objects.bulk_create(
        Import(
            source=source,
            file_name=name[:NAME_LENGTH],
            format=origin.file_format,
            profile=origin.profile,
            job=origin.job,
            actor=origin.actor,
            started_at=now,
            lease_owner=owner,
            lease_until=until,
        )
        for name in names
    )


def keep(*, rows: Iterable[Import], now: datetime) -> None:
    """Say that this process is still at work on these files."""
    Import.objects.filter(pk__in=[row.pk for row in rows]).update(lease_until=_until(now))


def settle(
    *,
    row: Import,
    counts: Mapping[Outcome, int],
    now: datetime,
    rejected_file: str = "",
    error: str = "",
) -> None:
    """Put what became of a file into its row; with an error it was refused. `save` keeps it."""
    row.state = ImportState.REFUSED if error else ImportState.DONE
    row.accepted = counts.get(Outcome.ACCEPTED, 0)
    row.duplicate = counts.get(Outcome.DUPLICATE, 0)
    row.conflict = counts.get(Outcome.CONFLICT, 0)
    row.rejected = counts.get(Outcome.REJECTED, 0)
    row.late = counts.get(Outcome.LATE, 0)
    row.skipped = counts.get(Outcome.SKIPPED, 0)
    row.rejected_file, row.error, row.finished_at = rejected_file, error, now
    row.lease_owner, row.lease_until = "", None


def save(*, rows: Sequence[Import]) -> None:
    """Keep what was settled, of all files at once or of none.

    By hand: to put thousands of rows into one statement takes longer than to read the files.
    """
    fields = [field for field in Import._meta.concrete_fields if field.name in RESULT]
    quote = connection.ops.quote_name
    names = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    values = (
        [*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields)]
        for row in rows
    )
    table = quote(Import._meta.db_table)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET {names} WHERE id = %s",  # noqa: S608  only names of columns
            [[*value, row.pk] for value, row in zip(values, rows, strict=True)],
        )


def stop(*, rows: Iterable[Import], now: datetime) -> None:
    """Note that files were not read to their end."""
    _stop([row.pk for row in rows], now)


def stop_abandoned(*, now: datetime) -> int:
    """Note the same of files whose process is gone, or silent for too long; return their number."""
    running = Import.objects.filter(state=ImportState.RUNNING).order_by("pk")
    rows = list(running.values_list("pk", "lease_owner", "lease_until"))
    owners = {owner for _pk, owner, _until in rows if owner}
    gone = {owner for owner in owners if leases.is_dead(owner)}
    found = [pk for pk, owner, until in rows if owner in gone or until is None or until < now]
    _stop(found, now)
    return len(found)


def stop_of(*, job: Job, now: datetime) -> None:
    """Note the same of what an earlier attempt at a job has left; the job is this process's."""
    left = Import.objects.filter(job=job, state=ImportState.RUNNING)
    _stop(list(left.values_list("pk", flat=True)), now)


def uploads_in_use(*, now: datetime) -> set[str]:
    """The stored files of jobs that are not done, or that a person may try again."""
    jobs = Job.objects.filter(kind=JOB).exclude(state=JobState.DONE)
    jobs = jobs.filter(Q(expires_at=None) | Q(expires_at__gt=now))
    return {stored for job in jobs for _name, stored in job.subject["files"]}


def _stop(keys: Sequence[int], now: datetime) -> None:
    Import.objects.filter(pk__in=keys, state=ImportState.RUNNING).update(
        state=ImportState.STOPPED,
        error=_("The work was cut short. Send the file again: rows stored by then are duplicates."),
        finished_at=now,
        lease_owner="",
        lease_until=None,
    )


def _until(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.LEASE_SECONDS)
