"""`manage.py import_usage FILE… --source NAME`: takes in files of usage (docs/usage-files.md)."""

import re
import time
from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _

from billing_portal.common import files
from billing_portal.common.clock import now
from usage.choices import FileFormat
from usage.ingest.intake import Intake, Order
from usage.ingest.outputs import FileReport
from usage.metering.vocabulary import Outcome
from usage.services.records import ReferencesMoved

SOME_ROWS = 1
"""Exit code: some rows were rejected or are in conflict; all others are stored."""
SOME_FILES = 2
"""Exit code: at least one file was refused as a whole, or the command was not understood."""
STOPPED = 3
"""Exit code: the database or the disk failed. Sending the files again goes on from there."""

HELP = """Take in files of usage: records-csv, ndjson or air-csv; plain or gzip.

Every row is accepted, late (its month is closed), a duplicate, in conflict, or rejected with a
reason. Rejected and conflicting rows are written to a file that can be mended and sent again.
A broken file is refused whole. Sending a file again is safe.

Exit code: 0 all rows are stored or were before, 1 some rows were rejected or are in conflict,
2 a file was refused, 3 the database or the disk failed: send the files again."""


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--source", required=True, type=_source, help="name of the feed; event ids count in it"
        )
        parser.add_argument(
            "--format", choices=FileFormat.values, default=FileFormat.RECORDS_CSV.value
        )
        parser.add_argument(
            "--country",
            type=_country,
            help="two letters; air-csv of global devices does not name the country",
        )
        parser.add_argument(
            "--rejected",
            type=Path,
            help="file (or folder, for several files) for rejected rows; always in storage too",
        )
        parser.add_argument(
            "--results",
            type=Path,
            help="file (or folder, for several files) for the result of every row",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        intake = Intake(
            source=options["source"],
            file_format=FileFormat(options["format"]),
            clock=now,
            country=options["country"] or "",
            actor="import_usage",
        )
        orders = list(_orders(options["files"], options["results"], options["rejected"]))
        reports = []
        try:
            for report in intake.take(orders):
                self._tell(report)
                reports.append(report)
        except (OSError, DatabaseError, ReferencesMoved) as error:
            raise CommandError(
                _("Stopped: %s. Send the files again.") % error, returncode=STOPPED
            ) from error
        self._sum_up(reports, time.monotonic() - began)

    def _tell(self, report: FileReport) -> None:
        name = str(report.path).encode(errors="replace").decode()
        if report.error:
            self.stdout.write(
                _("%(file)s: refused. %(error)s") % {"file": name, "error": report.error}
            )
            return
        counts = ", ".join(f"{report.counts[outcome]} {outcome}" for outcome in Outcome)
        self.stdout.write(f"{name}: {counts}")
        for problem in report.problems:
            self.stdout.write(
                "  "
                + _("line %(line)d: %(outcome)s: %(reason)s")
                % {"line": problem.line, "outcome": problem.outcome, "reason": problem.reason}
            )
        if report.rejected_file:
            with files.local_path(report.rejected_file) as path:
                self.stdout.write("  " + _("Rejected rows: %s") % path)

    def _sum_up(self, reports: Sequence[FileReport], seconds: float) -> None:
        rows = sum(report.rows for report in reports)
        self.stdout.write(
            _("%(rows)d rows in %(seconds).1f s") % {"rows": rows, "seconds": seconds}
        )
        if refused := sum(bool(report.error) for report in reports):
            raise CommandError(_("%d files were refused.") % refused, returncode=SOME_FILES)
        if bad := sum(report.problem_rows for report in reports):
            raise CommandError(
                _("%d rows were rejected or are in conflict.") % bad, returncode=SOME_ROWS
            )


def _orders(paths: Sequence[Path], results: Path | None, rejected: Path | None) -> Iterator[Order]:
    for target, option in ((results, "--results"), (rejected, "--rejected")):
        if target is not None and len(paths) > 1 and not target.is_dir():
            raise CommandError(
                _("With several files %s must be a folder that exists.") % option,
                returncode=SOME_FILES,
            )
    names: set[str] = set()
    for path in paths:
        name = _unused(path.name, names)
        yield Order(
            path,
            results=_target(results, f"{name}.results.csv"),
            rejected=_target(rejected, f"{name}.rejected"),
        )


def _unused(name: str, names: set[str]) -> str:
    """Tell files of the same name in different folders apart."""
    number, unused = 1, name
    while unused in names:
        number += 1
        unused = f"{name}-{number}"
    names.add(unused)
    return unused


def _target(given: Path | None, name: str) -> Path | None:
    return given / name if given is not None and given.is_dir() else given


def _source(text: str) -> str:
    if not re.fullmatch(r"\S(.{0,62}\S)?", text):
        raise ArgumentTypeError(_("write a name of 1 to 64 characters."))
    return text


def _country(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise ArgumentTypeError(_("write two letters, such as us."))
    return text.lower()
