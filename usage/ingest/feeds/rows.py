"""The rows of a feed: its header, or the names given for it; and copies that can be sent again."""

import csv
import io
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from usage.ingest.csvrows import CsvRows, Dialect, Header, fields_of
from usage.ingest.feeds.profile import Layout, Profile
from usage.ingest.feeds.values import CELL
from usage.ingest.reading import FileRefused

MOST_SHOWN = 30
"""Columns of a file that a message names."""
ADDED = ("line", "reason")


def opened(profile: Profile, lines: Iterator[str]) -> tuple[CsvRows, "FeedCopy"]:
    """Find the columns of a file; FileRefused if it lacks any that the profile names."""
    layout = profile.layout
    first = list(islice(lines, layout.skip_lines))
    if layout.columns:
        columns = layout.columns
    else:
        line = ""
        for line in lines:
            first.append(line)
            if not layout.dialect.is_nothing(line):
                break
        columns = tuple(layout.dialect.fields(line) or ())
    _prove(columns, profile.columns)
    read = tuple(name for name in columns if name in profile.columns)
    header = Header(columns, tuple(dict.fromkeys(read)), line=len(first))
    return CsvRows(header, layout.dialect, prefix=CELL), FeedCopy(header, layout, first, read=read)


def _prove(columns: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    if missing := [name for name in wanted if name not in columns]:
        more = ", …" if len(columns) > MOST_SHOWN else ""
        text = _(
            "The profile names columns that the file does not have: %(missing)s. The file has:"
            " %(columns)s."
        )
        shown = ", ".join(_seen(name) for name in columns[:MOST_SHOWN]) + more
        raise FileRefused(text % {"missing": ", ".join(missing), "columns": shown or "–"})
    if doubled := sorted({name for name in wanted if columns.count(name) > 1}):
        raise FileRefused(_("The header names twice: %s.") % ", ".join(doubled))


def _seen(name: str) -> str:
    """A column of an unknown file, such that nothing in it moves a terminal's cursor."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in name[:60])


class FeedCopy:
    """Writes rows as they came. With a header, two columns join it: they are passed over when the
    file is sent again. Without one, reasons stand in lines of comment, if the profile knows such.
    """

    def __init__(
        self, header: Header, layout: Layout, first: list[str], *, read: tuple[str, ...]
    ) -> None:
        self.encoding = layout.encoding
        self._columns = header.columns
        self._dialect = layout.dialect
        self._named = not layout.columns
        self._first = first[:-1] if self._named else first
        added = [name for name in ADDED if name not in read]
        self._kept = [n for n, name in enumerate(header.columns) if name not in added]
        self._added = [name for name in ADDED if name in added]

    def head(self) -> str:
        lines = [f"{line}\r\n" for line in self._first]
        if self._named:
            lines.append(self._line([*(self._columns[n] for n in self._kept), *self._added]))
        return "".join(lines)

    def row(self, raw: str, line: int, reason: str) -> str:
        said = {"line": str(line), "reason": " ".join(reason.split())}
        if self._named:
            fields = fields_of(raw, len(self._columns), self._dialect)
            added = [said[name] for name in self._added]
            return self._line([*(fields[n] for n in self._kept), *added])
        if self._dialect.comment:
            return f"{self._dialect.comment} {said['line']}: {said['reason']}\r\n{raw}\r\n"
        return f"{raw}\r\n"

    def fields(self, raw: str) -> Mapping[str, Any]:
        fields = fields_of(raw, len(self._columns), self._dialect)
        return dict(zip(self._columns, fields, strict=True))

    def _line(self, values: list[str]) -> str:
        return written(values, self._dialect)


def written(values: list[str], dialect: Dialect) -> str:
    """Write one row such that the dialect reads the same; without quotes, as nearly as it can."""
    if not dialect.quote and not dialect.escape:
        return dialect.delimiter.join(v.replace(dialect.delimiter, " ") for v in values) + "\r\n"
    text = io.StringIO(newline="")
    csv.writer(text, dialect.spoken).writerow(values)
    return text.getvalue()
