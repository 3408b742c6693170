"""Files of devices as jobs: those of the staff, and those with which customers change labels."""

import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import access_of
from accounts.models import Job
from accounts.services import audit
from accounts.services.jobs import FILES, CannotBeDone, Kind, Made, Report
from billing_portal.common import files
from billing_portal.common.periods import Month
from usage.ingest.devices import values
from usage.ingest.devices.columns import CUSTOMERS, STAFF
from usage.ingest.devices.intake import Door, take
from usage.ingest.devices.outputs import Summary
from usage.ingest.devices.words import said
from usage.ingest.reading import FileRefused
from usage.services.devices import Result, Terms

UPLOADS = "devices-uploads"
"""The kind of the stored files that people sent."""
ZIP = "application/zip"
RESULTS, REJECTED = "results.csv", "rejected.csv"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody sent: what it is called there, and where it is stored here."""

    name: str
    stored_as: str


def subject(upload: Upload, **more: Any) -> dict[str, Any]:
    """What a job of these kinds is about."""
    return {"file": upload.name, "stored_as": upload.stored_as, **more}


def make_import(job: Job, report: Report) -> Made:
    """Register and change devices of all customers, in the name of the staff."""
    since = job.subject.get("since", "")
    terms = Terms(now=job.created_at, dry_run=bool(job.subject.get("dry_run")))
    return _make(job, report, Door(STAFF, terms, values.instant("since", since)))


def make_labels(job: Job, report: Report) -> Made:
    """Change names, groups and tags of the devices that the person manages at that time."""
    access = access_of(job.asker, month=Month.of(job.created_at))
    if job.account_id not in access.manage:
        raise CannotBeDone(_("You no longer manage this account, so nothing was changed."))
    terms = Terms(now=job.created_at, within=access.manage, actor=job.actor)
    return _make(job, report, Door(CUSTOMERS, terms, since=job.created_at))


def title(job: Job) -> str:
    """What it is about: the name of the file."""
    return str(job.subject["file"])


DEVICES_IMPORT = Kind(
    "devices-import",
    gettext_lazy("Import of devices"),
    make_import,
    title,
    lambda _job: reverse("admin:usage_device_bulk"),
    content_type=ZIP,
)
DEVICES_LABELS = Kind(
    "devices-labels",
    gettext_lazy("Names, groups and tags"),
    make_labels,
    title,
    lambda job: f"{reverse('devices-upload')}?{urlencode({'account': _key(job)})}",
    content_type=ZIP,
)


def _key(job: Job) -> str:
    return job.account.key if job.account else ""


def _make(job: Job, report: Report, door: Door) -> Made:
    with tempfile.TemporaryDirectory(prefix="meisai-devices-") as folder:
        summary = _take(job, report, door, Path(folder))
        stored = files.put_path(FILES, _packed(Path(folder), summary), suffix=".zip")
    _record(job, door.terms, summary)
    return Made(stored, f"devices-{job.pk}.zip", said(summary, dry_run=door.terms.dry_run))


def _take(job: Job, report: Report, door: Door, folder: Path) -> Summary:
    def told(done: int, count: int) -> None:
        report(done * 100 // max(count, 1))

    try:
        with (
            files.local_path(job.subject["stored_as"]) as source,
            _new(folder / RESULTS) as results,
            _new(folder / REJECTED) as rejected,
        ):
            return take(source, door, rejected=rejected, results=results, told=told)
    except FileRefused as refusal:
        raise CannotBeDone(str(refusal)) from refusal
    except FileNotFoundError as error:
        raise CannotBeDone(_("The file is no longer kept. Send it again.")) from error


def _new(path: Path) -> IO[str]:
    return path.open("w", encoding="utf-8-sig", newline="")


def _packed(folder: Path, summary: Summary) -> Path:
    """One ZIP file: the result of every row, and the rejected rows if there are any."""
    path = folder / "devices.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(folder / RESULTS, RESULTS)
        if summary.counts[Result.REJECTED]:
            packed.write(folder / REJECTED, REJECTED)
    return path


def _record(job: Job, terms: Terms, summary: Summary) -> None:
    """One entry for the file; customers' changes have one for each device besides."""
    if terms.dry_run:
        return
    counts: Mapping[str, int] = {str(result): summary.counts[result] for result in Result}
    audit.record(
        actor=job.actor,
        action=f"{job.kind}.done",
        now=terms.now,
        account_key=_key(job),
        subject=title(job),
        detail=counts,
    )
