"""`manage.py import_devices FILE`: registers and changes devices (docs/devices.md)."""

import time
from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _

from accounts.services import audit
from billing_portal.common import clock, files
from usage.ingest.devices import values
from usage.ingest.devices.columns import STAFF
from usage.ingest.devices.intake import Door, take
from usage.ingest.devices.outputs import Summary
from usage.ingest.devices.words import lines
from usage.ingest.reading import FileRefused
from usage.services.devices import Result, Terms

SOME_ROWS = 1
"""Exit code: some rows were rejected; all others are done."""
REFUSED = 2
"""Exit code: the file was refused as a whole, or the command was not understood."""
STOPPED = 3
"""Exit code: the database or the disk failed. Sending the file again goes on from there."""

ACTOR = "import_devices"

HELP = """Register and change devices as a CSV file says, plain or gzip (docs/devices.md).

A row names a device by its id. One that does not exist is registered; of one that exists, what
differs is changed from `since` on. An empty cell leaves as is what is there, (clear) clears it.
Rejected rows are written to a file that can be mended and sent again. Sending a file again is safe.

Exit code: 0 all rows are done, 1 some rows were rejected, 2 the file was refused, 3 the database or
the disk failed: send the file again."""


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--since", type=_since, help="since when a row holds that does not say it, in UTC"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")
        parser.add_argument("--results", type=Path, help="a file for the outcome of every row")
        parser.add_argument("--rejected", type=Path, help="a file for a copy of the rejected rows")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        terms = Terms(now=clock.now(), dry_run=options["dry_run"])
        door = Door(STAFF, terms, since=options["since"])
        try:
            with TemporaryDirectory(prefix="meisai-devices-") as folder:
                copy = options["rejected"] or Path(folder) / "rejected.csv"
                summary = self._take(options["file"], door, copy, options["results"])
                kept = _kept(copy, options["rejected"], summary)
        except FileRefused as refusal:
            raise CommandError(str(refusal), returncode=REFUSED) from refusal
        except (OSError, DatabaseError) as error:
            text = _("Stopped: %s. Send the file again.") % error
            raise CommandError(text, returncode=STOPPED) from error
        if not terms.dry_run:
            _record(options["file"], summary, terms)
        self._tell(summary, kept, dry_run=terms.dry_run)
        took = time.monotonic() - began
        self.stdout.write(
            _("%(rows)d rows in %(seconds).1f s") % {"rows": summary.rows, "seconds": took}
        )
        if bad := summary.counts[Result.REJECTED]:
            raise CommandError(_("%d rows were rejected.") % bad, returncode=SOME_ROWS)

    def _take(self, path: Path, door: Door, rejected: Path, results: Path | None) -> Summary:
        with _new(rejected) as copy, _new(results) if results else nullcontext() as lines:
            return take(path, door, rejected=copy, results=lines, told=self._progress)

    def _progress(self, done: int, count: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(_("%(done)d of %(count)d rows") % {"done": done, "count": count})

    def _tell(self, summary: Summary, rejected: Path | None, *, dry_run: bool) -> None:
        for line in lines(summary, dry_run=dry_run):
            self.stdout.write(line)
        for problem in summary.problems:
            text = _("line %(line)d: %(reason)s")
            self.stdout.write("  " + text % {"line": problem.line, "reason": problem.reason})
        if rejected is not None:
            self.stdout.write("  " + _("Rejected rows: %s") % rejected)


def _new(path: Path) -> IO[str]:
    return path.open("w", encoding="utf-8-sig", newline="")


def _kept(copy: Path, asked: Path | None, summary: Summary) -> Path | None:
    """Where the rejected rows can be found after the command, if there are any."""
    if not summary.counts[Result.REJECTED]:
        return None
    if asked is not None:
        return asked
    stored = files.put_path("rejected", copy, suffix=".csv")
    with files.local_path(stored.name) as path:
        return path


def _record(path: Path, summary: Summary, terms: Terms) -> None:
    counts = {str(result): summary.counts[result] for result in Result}
    audit.record(
        actor=ACTOR, action="devices.import", now=terms.now, subject=path.name, detail=counts
    )


def _since(text: str) -> datetime:
    try:
        found = values.instant("--since", text)
    except values.RowRefused as refusal:
        raise ArgumentTypeError(str(refusal)) from refusal
    if found is None:
        raise ArgumentTypeError(_("write a day such as 2026-10-31."))
    return found
