"""CSV lines to columns of text. One bad row never takes a good one with it.

Rows without quotes are cut by the column engine. A block in which a quote occurs is read record by
record, because a stray quote would swallow what follows it.
"""

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import polars as pl
from django.utils.translation import gettext as _

from usage.ingest.reading import LONGEST_LINE, Block, FileRefused
from usage.ingest.reasons import code

LONGEST_RECORD = 100
"""Lines that one record may run over, by line breaks inside quotes."""


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file, and those of them that are read."""

    columns: tuple[str, ...]
    read: tuple[str, ...]

    @classmethod
    def parse(
        cls, line: str, *, required: Sequence[str], optional: Collection[str] = ()
    ) -> "Header":
        """Read the header line; columns may stand in any order, others are passed over."""
        columns = tuple(_fields(line) or ())
        if missing := [name for name in required if name not in columns]:
            raise FileRefused(
                _("The header lacks: %(missing)s. It must name: %(required)s.")
                % {"missing": ", ".join(missing), "required": ", ".join(required)}
            )
        if doubled := sorted({name for name in columns if columns.count(name) > 1}):
            raise FileRefused(_("The header names twice: %s.") % ", ".join(doubled))
        return cls(columns, tuple(n for n in columns if n in required or n in optional))


class CsvRows:
    """Cuts the blocks of one file. A record that a block does not end is kept for the next."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self._open: list[str] = []
        self._next_line = 1

    def take(self, block: Block) -> pl.DataFrame:
        """Return rows: `line`, `raw`, `fault` (null if none) and the columns read, as text."""
        first = block.first_line - len(self._open)
        lines, self._open = self._open + block.lines, []
        self._next_line = block.first_line + len(block.lines)
        if block.first_line == 1:
            lines, first = lines[1:], 2
        if any('"' in line for line in lines):
            return self._careful(lines, first, last=False)
        return self._fast(lines, first)

    def finish(self) -> pl.DataFrame:
        """Return what an open quote at the end of the file has kept back."""
        kept, self._open = self._open, []
        return self._careful(kept, self._next_line - len(kept), last=True)

    def _fast(self, lines: list[str], first: int) -> pl.DataFrame:
        count = len(self.header.columns)
        rows = (
            pl.DataFrame({"raw": lines}, schema={"raw": pl.String})
            .with_row_index("line", offset=first)
            .filter(pl.col("raw") != "")
        )
        commas = pl.col("raw").str.count_matches(",", literal=True)
        cut = pl.col("raw").str.split_exact(",", count - 1)
        wrong = commas != count - 1
        return rows.select(
            pl.col("line").cast(pl.Int64),
            "raw",
            pl.when(wrong).then(pl.lit(code("columns"))).alias("fault"),
            *(
                cut.struct.field(f"field_{self.header.columns.index(name)}")
                .fill_null("")
                .alias(name)
                for name in self.header.read
            ),
        )

    def _careful(self, lines: list[str], first: int, *, last: bool) -> pl.DataFrame:
        read = [self.header.columns.index(name) for name in self.header.read]
        rows: list[tuple[str | int | None, ...]] = []
        for at, raw, fields, fault in self._records(lines, last=last):
            values = ("",) * len(read) if fields is None else tuple(fields[n] for n in read)
            rows.append((first + at, raw, fault, *values))
        texts = dict.fromkeys(self.header.read, pl.String)
        schema = {"line": pl.Int64, "raw": pl.String, "fault": pl.String, **texts}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def _records(
        self, lines: list[str], *, last: bool
    ) -> Iterator[tuple[int, str, list[str] | None, str | None]]:
        """Give index of the line, text, fields and fault of each record."""
        at = 0
        while at < len(lines):
            if not lines[at]:
                at += 1
                continue
            end = _record_end(lines, at)
            if end is None and not last and _may_go_on(lines[at:]):
                self._open = lines[at:]
                return
            raw = "\n".join(lines[at:end])
            fields = None if end is None else _fields(raw)
            if end is not None and fields is not None and len(fields) == len(self.header.columns):
                yield at, raw, fields, None
                at = end
                continue
            single = _fields(lines[at])
            yield at, lines[at], None, code("quotes" if single is None else "columns")
            at += 1


def fields_of(raw: str, count: int) -> list[str]:
    """Cut one record again, to write it out. What cannot be cut stands in the first column, so
    that sending it again unmended is rejected again.
    """
    fields = _fields(raw)
    if fields is None or len(fields) != count:
        return [raw, *([""] * (count - 1))]
    return fields


def _fields(raw: str) -> list[str] | None:
    try:
        rows = list(csv.reader([raw], strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _record_end(lines: list[str], at: int) -> int | None:
    """Return the index behind the last line of the record; None if its quotes do not close."""
    quotes = 0
    for end in range(at, min(at + LONGEST_RECORD, len(lines))):
        quotes += lines[end].count('"')
        if quotes % 2 == 0:
            return end + 1
    return None


def _may_go_on(lines: list[str]) -> bool:
    return len(lines) < LONGEST_RECORD and sum(map(len, lines)) < LONGEST_LINE
