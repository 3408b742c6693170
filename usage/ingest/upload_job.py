"""Uploaded files of usage as a job: through the same door as the command."""

import csv
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Job
from accounts.services.jobs import FILES, CannotBeDone, Kind, Made, Report
from billing_portal.common import clock, files
from billing_portal.common.periods import Month
from usage.choices import FileFormat, RowOutcome
from usage.ingest.feeds.forms import form_of
from usage.ingest.feeds.parsing import parse
from usage.ingest.feeds.toml import ProfileRefused
from usage.ingest.formats import Format, format_named
from usage.ingest.intake import Intake, Order
from usage.ingest.outputs import FileReport
from usage.ingest.references import References, Within
from usage.metering.vocabulary import Outcome
from usage.services import imports
from usage.services.imports import JOB, Origin
from usage.services.records import EventIdsDiffer

REPORT_SECONDS = 1.0
SHOWN = 50
"""Files of which the page tells one by one; all of them are in the file that it offers."""


def make(job: Job, report: Report) -> Made:
    """Take in the files; the result says what became of each, the ZIP file of each row."""
    imports.stop_of(job=job, now=clock.now())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="meisai-import-")))
        orders = list(_orders(job.subject["files"], folder, stack))
        try:
            source, form, origin = _feed(job)
            progress = _progress(report, len(orders))
            intake = Intake(
                source=source,
                form=form,
                origin=origin,
                clock=clock.now,
                progress=progress,
                references=_references(job),
            )
            reports = list(intake.take(orders))
        except (ProfileRefused, EventIdsDiffer) as error:
            raise CannotBeDone(str(error)) from error
        stored = files.put_path(FILES, _packed(folder, orders, reports), suffix=".zip")
    return Made(stored, f"import-{job.pk}.zip", result=_result(orders, reports))


def title(job: Job) -> str:
    """What it is about: "3 files, sessions"."""
    count = len(job.subject["files"])
    number = ngettext("%d file", "%d files", count) % count
    return f"{number}, {job.subject['profile'] or job.subject['source']}"


def back(job: Job) -> str:
    """The list of these files in the admin; what a program posted has no page."""
    if job.account is not None:
        return reverse("home")
    return f"{reverse('admin:usage_import_changelist')}?job__id__exact={job.pk}"


USAGE_IMPORT = Kind(
    JOB, gettext_lazy("Usage files"), make, title, back, content_type="application/zip"
)


def _feed(job: Job) -> tuple[str, Format, Origin]:
    said, actor = job.subject, job.actor
    if said["profile"]:
        profile = parse(said["text"])
        name = said["profile"]
        origin = Origin(FileFormat.PROFILE.value, actor=actor, profile=name, job=job)
        return profile.source, form_of(profile), origin
    form = format_named(FileFormat(said["format"]), country=said["country"])
    return said["source"], form, Origin(said["format"], actor=actor, job=job)


def _references(job: Job) -> References:
    """All accounts for staff, for a program its own and those below it."""
    if job.account is None:
        return References()
    return Within(job.account.pk, month=Month.of(job.created_at))


def _orders(named: Sequence[tuple[str, str]], folder: Path, stack: ExitStack) -> Iterator[Order]:
    for number, (name, stored) in enumerate(named, 1):
        try:
            path = stack.enter_context(files.local_path(stored))
        except FileNotFoundError as error:
            text = _("The uploaded file %s is no longer kept. Upload it again.")
            raise CannotBeDone(text % name) from error
        yield Order(
            path, folder / f"{number:04}.results.csv", folder / f"{number:04}.rejected", name
        )


def _progress(report: Report, count: int) -> Callable[[float], None]:
    """Report now and then; that keeps the lease of the job as well."""
    last = time.monotonic()

    def tell(done: float) -> None:
        nonlocal last
        if time.monotonic() - last >= REPORT_SECONDS:
            last = time.monotonic()
            report(int(done * 100 / max(count, 1)))

    return tell


def _packed(folder: Path, orders: Sequence[Order], reports: Sequence[FileReport]) -> Path:
    """One ZIP file: a sum for each file, the result of every row, the rejected rows."""
    path = folder / "import.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        summary = folder / "files.csv"
        with summary.open("w", newline="", encoding="utf-8-sig") as file:
            _summarise(csv.writer(file), orders, reports)
        packed.write(summary, summary.name)
        for order, report in zip(orders, reports, strict=True):
            if order.results is not None and order.results.exists():
                packed.write(order.results, f"results/{order.results.name}")
            if order.rejected is not None and report.problem_rows:
                packed.write(order.rejected, f"rejected/{order.rejected.name}")
    return path


def _summarise(writer: Any, orders: Sequence[Order], reports: Sequence[FileReport]) -> None:
    writer.writerow(["number", "file", *Outcome, "error"])
    for number, (order, report) in enumerate(zip(orders, reports, strict=True), 1):
        counts = [report.counts[outcome] for outcome in Outcome]
        writer.writerow([f"{number:04}", _plain(order.title), *counts, report.error])


def _plain(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name[:1] in "=+-@\t\r" else name


def _result(orders: Sequence[Order], reports: Sequence[FileReport]) -> dict[str, Any]:
    total: Counter[Outcome] = Counter()
    for report in reports:
        total.update(report.counts)
    told = sorted(
        zip(orders, reports, strict=True),
        key=lambda pair: (not pair[1].error, not pair[1].problem_rows),
    )
    lines = [_("All together: %s") % _counts(total)]
    lines += [f"{order.title}: {_told(report)}" for order, report in told[:SHOWN]]
    if (more := len(told) - SHOWN) > 0:
        lines.append(_("… and %d more files.") % more)
    counts = {outcome.value: total[outcome] for outcome in Outcome}
    return {"files": len(reports), "counts": counts, "lines": lines}


def _told(report: FileReport) -> str:
    return _("refused. %s") % report.error if report.error else _counts(report.counts)


def _counts(counts: Counter[Outcome]) -> str:
    """In the words of the page; what there is none of is left out, but for what was accepted."""
    return ", ".join(
        f"{outcome.label} {counts[Outcome(outcome.value)]:,}"
        for outcome in RowOutcome
        if counts[Outcome(outcome.value)] or outcome is RowOutcome.ACCEPTED
    )
