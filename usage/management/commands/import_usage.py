"""`manage.py import_usage PATH…`: takes in files of usage (docs/usage-files.md, docs/feeds.md)."""

import re
import time
from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.db import DatabaseError
from django.utils.translation import gettext as _

from billing_portal.common import clock, files
from usage.choices import FileFormat
from usage.ingest.feeds.forms import form_of
from usage.ingest.feeds.parsing import parse
from usage.ingest.feeds.toml import MOST_BYTES, ProfileRefused
from usage.ingest.formats import Format, format_named
from usage.ingest.intake import Intake, Order
from usage.ingest.outputs import FileReport
from usage.ingest.paths import NothingThere, files_in
from usage.ingest.preview import Seen, preview
from usage.ingest.reading import FileRefused
from usage.metering.vocabulary import Outcome
from usage.services.imports import Origin
from usage.services.records import EventIdsDiffer, ReferencesMoved, compare

SOME_ROWS = 1
"""Exit code: some rows were rejected or are in conflict; all others are stored."""
SOME_FILES = 2
"""Exit code: at least one file was refused as a whole, or the command was not understood."""
STOPPED = 3
"""Exit code: the database or the disk failed. Sending the files again goes on from there."""

FORMATS = [name for name in FileFormat.values if name != FileFormat.PROFILE]
SHOWN_FILES = 10
"""Files of which a dry run shows rows."""

HELP = """Take in files of usage: records-csv, ndjson or air-csv, or whatever a feed profile
describes; plain or gzip. A path is a file, a folder, or a pattern such as "in/2026-*.csv".

Every row is accepted, late (its month is closed), a duplicate, in conflict, or rejected with a
reason. Rejected and conflicting rows are written to a file that can be mended and sent again.
A broken file is refused whole. Sending a file again is safe.

Exit code: 0 all rows are stored or were before, 1 some rows were rejected or are in conflict,
2 a file was refused, 3 the database or the disk failed: send the files again."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What the files are: of which source, and in which form."""

    source: str
    form: Format
    origin: Origin
    counted: Sequence[Outcome] = tuple(one for one in Outcome if one is not Outcome.SKIPPED)


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument(
            "--source", type=_source, help="name of the feed; event ids count in it"
        )
        parser.add_argument("--format", choices=FORMATS, help="records-csv if nothing is said")
        parser.add_argument(
            "--country",
            type=_country,
            help="two letters; air-csv of global devices does not name the country",
        )
        parser.add_argument(
            "--profile",
            type=Path,
            metavar="FILE",
            help="a feed profile, which says source and form (docs/feeds.md)",
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="show the first rows as they would be understood; nothing is stored",
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
        try:
            feed = _feed(options)
            paths = files_in(options["paths"])
            if options["dry_run"]:
                self._show(feed, paths)
            else:
                self._take(feed, list(_orders(paths, options["results"], options["rejected"])))
        except (ProfileRefused, EventIdsDiffer, NothingThere) as error:
            raise CommandError(str(error), returncode=SOME_FILES) from error
        except (OSError, DatabaseError, ReferencesMoved) as error:
            raise CommandError(
                _("Stopped: %s. Send the files again.") % error, returncode=STOPPED
            ) from error

    def _take(self, feed: Feed, orders: Sequence[Order]) -> None:
        began, told = time.monotonic(), Told(self.stderr, len(orders))
        intake = Intake(
            source=feed.source,
            form=feed.form,
            origin=feed.origin,
            clock=clock.now,
            progress=told.tell,
        )
        reports = []
        for report in intake.take(orders):
            told.clear()
            self._tell(report, feed)
            reports.append(report)
        told.clear()
        self._sum_up(reports, feed, time.monotonic() - began)

    def _tell(self, report: FileReport, feed: Feed) -> None:
        name = str(report.path).encode(errors="replace").decode()
        if report.error:
            self.stdout.write(
                _("%(file)s: refused. %(error)s") % {"file": name, "error": report.error}
            )
            return
        counts = ", ".join(f"{report.counts[outcome]} {outcome}" for outcome in feed.counted)
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

    def _sum_up(self, reports: Sequence[FileReport], feed: Feed, seconds: float) -> None:
        rows = sum(report.rows for report in reports)
        if len(reports) > 1:
            sums = (
                f"{sum(report.counts[outcome] for report in reports)} {outcome}"
                for outcome in feed.counted
            )
            said = {"files": len(reports), "counts": ", ".join(sums)}
            self.stdout.write(_("%(files)d files: %(counts)s") % said)
        self.stdout.write(
            _("%(rows)d rows in %(seconds).1f s") % {"rows": rows, "seconds": seconds}
        )
        if refused := sum(bool(report.error) for report in reports):
            raise CommandError(_("%d files were refused.") % refused, returncode=SOME_FILES)
        if bad := sum(report.problem_rows for report in reports):
            raise CommandError(
                _("%d rows were rejected or are in conflict.") % bad, returncode=SOME_ROWS
            )

    def _show(self, feed: Feed, paths: Sequence[Path]) -> None:
        """The dry run."""
        if feed.form.rule is not None:
            compare(source=feed.source, rule=feed.form.rule)
        refused = 0
        for path in paths[:SHOWN_FILES]:
            self.stdout.write(str(path).encode(errors="replace").decode())
            try:
                for seen in preview(path=path, form=feed.form, now=clock.now()):
                    self.stdout.write("  " + _in_words(seen))
            except FileRefused as error:
                refused += 1
                self.stdout.write("  " + _("refused. %s") % error)
        if (more := len(paths) - SHOWN_FILES) > 0:
            self.stdout.write(_("… and %d more files.") % more)
        self.stdout.write(_("Nothing was stored: this was a dry run."))
        if refused:
            raise CommandError(_("%d files would be refused.") % refused, returncode=SOME_FILES)


@dataclass
class Told:
    """Says now and then how far the work is: over and over in one line of a terminal."""

    out: OutputWrapper
    files: int
    seconds: float = field(init=False)
    at: float = field(init=False, default_factory=time.monotonic)
    shown: bool = False

    def __post_init__(self) -> None:
        self.seconds = 0.2 if self.out.isatty() else 10

    def tell(self, done: float) -> None:
        if time.monotonic() - self.at < self.seconds:
            return
        self.at = time.monotonic()
        text = _("%(done)d of %(files)d files read") % {"done": int(done), "files": self.files}
        if self.out.isatty():
            self.out.write(f"\r{text} ", ending="")
            self.out.flush()
            self.shown = True
        else:
            self.out.write(text)

    def clear(self) -> None:
        """Take the line away for what is written next."""
        if self.shown:
            self.out.write("\r\x1b[K", ending="")
            self.out.flush()
            self.shown = False


def _feed(options: dict[str, Any]) -> Feed:
    path, source, form = options["profile"], options["source"], options["format"]
    if path is None:
        if not source:
            raise CommandError(_("Name the feed: --source or --profile."), returncode=SOME_FILES)
        file_format = FileFormat(form or FileFormat.RECORDS_CSV)
        known = format_named(file_format, country=options["country"] or "")
        return Feed(source, known, Origin(file_format=file_format.value, actor="import_usage"))
    if source or form or options["country"]:
        text = _("--profile says source and form: leave out --source, --format and --country.")
        raise CommandError(text, returncode=SOME_FILES)
    profile = parse(_text(path))
    name = path.stem.encode(errors="replace").decode()[:64]
    origin = Origin(file_format=FileFormat.PROFILE.value, profile=name, actor="import_usage")
    return Feed(profile.source, form_of(profile), origin, tuple(Outcome))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        text = _("The profile %(file)s cannot be read: %(error)s.")
        raise ProfileRefused([text % {"file": path, "error": error}]) from error


def _in_words(seen: Seen) -> str:
    if not seen.is_fact:
        said = {"line": seen.line, "outcome": seen.outcome, "reason": seen.reason}
        return _("line %(line)d: %(outcome)s: %(reason)s") % said
    parts = {
        "event": seen.event_id,
        "device": seen.device or "–",
        "account": seen.account,
        "at": seen.at,
        "meter": seen.meter,
        "variant": seen.variant or "–",
        "quantity": seen.quantity,
    }
    named = "  ".join(f"{name} {value}" for name, value in parts.items())
    return _("line %(line)d: %(fact)s") % {"line": seen.line, "fact": named}


def _orders(paths: Sequence[Path], results: Path | None, rejected: Path | None) -> Iterator[Order]:
    for target, option in ((results, "--results"), (rejected, "--rejected")):
        if target is not None and len(paths) > 1 and not target.is_dir():
            raise CommandError(
                _("With several files %s must be a folder that exists.") % option,
                returncode=SOME_FILES,
            )
    names: dict[str, int] = {}
    for path in paths:
        name = _unused(path.name, names)
        yield Order(
            path,
            results=_target(results, f"{name}.results.csv"),
            rejected=_target(rejected, f"{name}.rejected"),
        )


def _unused(name: str, names: dict[str, int]) -> str:
    """Tell files of the same name in different folders apart."""
    number, unused = names.get(name, 1), name
    while unused in names:
        number += 1
        unused = f"{name}-{number}"
    names[name], names[unused] = number, names.get(unused, 1)
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
