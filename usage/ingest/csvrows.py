"""CSV lines to columns of text. One bad row never takes a good one with it.

Rows without quotes are cut by the column engine. A block in which a quote occurs is read record by
record, because a stray quote would swallow what follows it.
"""

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl
from django.utils.translation import gettext as _

from usage.ingest.reading import LONGEST_LINE, Block, FileRefused
from usage.ingest.reasons import code

LONGEST_RECORD = 100
"""Lines that one record may run over, by line breaks inside quotes."""

FEW = 1_000
"""Lines below which the engine is not worth its while."""

Row = tuple[str | int | None, ...]

BLANKS = " \t\u3000\u00a0"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How fields are parted and quoted. `quote`, `escape` and `comment` may be "": there is none.

    `trim` takes blanks off the ends of each field.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    comment: str = ""
    trim: bool = False
    spoken: type[csv.Dialect] = field(init=False, compare=False, repr=False)
    """The same for the standard library."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "spoken", _spoken(self))

    @property
    def marks(self) -> list[str]:
        """What a line must not hold to be cut at each delimiter."""
        return [mark for mark in (self.quote, self.escape) if mark]

    def is_nothing(self, line: str) -> bool:
        """Say whether a line holds no row."""
        return not line or (bool(self.comment) and line.startswith(self.comment))

    def quotes(self, line: str) -> int:
        """Count the quotes of a line that are not escaped."""
        if not self.quote:
            return 0
        if self.escape and self.escape != self.quote:
            line = line.replace(self.escape * 2, "").replace(self.escape + self.quote, "")
        return line.count(self.quote)

    def fields(self, text: str) -> list[str] | None:
        """Cut one record; None if it cannot be cut."""
        try:
            rows = list(csv.reader([text], self.spoken))
        except csv.Error:
            return None
        if len(rows) != 1:
            return None
        return [cell.strip(BLANKS) for cell in rows[0]] if self.trim else rows[0]


def _spoken(dialect: Dialect) -> type[csv.Dialect]:
    class Spoken(csv.Dialect):
        strict = True
        lineterminator = "\r\n"
        doublequote = True
        skipinitialspace = dialect.trim
        delimiter = dialect.delimiter
        quotechar = dialect.quote or None
        escapechar = dialect.escape or None
        quoting = csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE

    return Spoken


RFC_4180 = Dialect()


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file, and those of them that are read. Rows begin behind `line`."""

    columns: tuple[str, ...]
    read: tuple[str, ...]
    line: int = 1

    @classmethod
    def parse(
        cls, line: str, *, required: Sequence[str], optional: Collection[str] = ()
    ) -> "Header":
        """Read the header line; columns may stand in any order, others are passed over."""
        columns = tuple(RFC_4180.fields(line) or ())
        if missing := [name for name in required if name not in columns]:
            raise FileRefused(
                _("The header lacks: %(missing)s. It must name: %(required)s.")
                % {"missing": ", ".join(missing), "required": ", ".join(required)}
            )
        if doubled := sorted({name for name in columns if columns.count(name) > 1}):
            raise FileRefused(_("The header names twice: %s.") % ", ".join(doubled))
        return cls(columns, tuple(n for n in columns if n in required or n in optional))


class CsvRows:
    """Cuts the blocks of one file. A record that a block does not end is kept for the next.

    `prefix` begins the names of the columns, where they are not ours to choose.
    """

    def __init__(self, header: Header, dialect: Dialect = RFC_4180, *, prefix: str = "") -> None:
        self.header = header
        self.dialect = dialect
        self._names = [prefix + name for name in header.read]
        self._read = [header.columns.index(name) for name in header.read]
        self._open: list[str] = []
        self._next_line = 1

    def take(self, block: Block) -> pl.DataFrame:
        """Return rows: `line`, `raw`, `fault` (null if none) and the columns read, as text."""
        first = block.first_line - len(self._open)
        lines, self._open = self._open + block.lines, []
        self._next_line = block.first_line + len(block.lines)
        if (behind := self.header.line + 1) > first:
            lines, first = lines[behind - first :], behind
        if any(mark in line for mark in self.dialect.marks for line in lines):
            return self._careful(lines, first, last=False)
        return self._few(lines, first) if len(lines) < FEW else self._fast(lines, first)

    def finish(self) -> pl.DataFrame:
        """Return what an open quote at the end of the file has kept back."""
        kept, self._open = self._open, []
        return self._careful(kept, self._next_line - len(kept), last=True)

    def _few(self, lines: list[str], first: int) -> pl.DataFrame:
        """The same for a small file, for which the engine takes longer to set out."""
        count, delimiter = len(self.header.columns), self.dialect.delimiter
        rows: list[Row] = []
        for line, raw in enumerate(lines, first):
            if not self.dialect.is_nothing(raw):
                cells = raw.split(delimiter)
                if len(cells) == count:
                    rows.append((line, raw, None, *self._cells(cells)))
                else:
                    rows.append((line, raw, code("columns"), *[""] * len(self._read)))
        return self._framed(rows)

    def _cells(self, cells: list[str]) -> list[str]:
        if self.dialect.trim:
            return [cells[place].strip(BLANKS) for place in self._read]
        return [cells[place] for place in self._read]

    def _framed(self, rows: list[Row]) -> pl.DataFrame:
        texts = dict.fromkeys(self._names, pl.String)
        schema = {"line": pl.Int64, "raw": pl.String, "fault": pl.String, **texts}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def _fast(self, lines: list[str], first: int) -> pl.DataFrame:
        count, delimiter = len(self.header.columns), self.dialect.delimiter
        rows = (
            pl.DataFrame({"raw": lines}, schema={"raw": pl.String})
            .with_row_index("line", offset=first)
            .filter(self._is_row())
        )
        wrong = pl.col("raw").str.count_matches(delimiter, literal=True) != count - 1
        cut = pl.col("raw").str.split_exact(delimiter, count - 1)
        return rows.select(
            pl.col("line").cast(pl.Int64),
            "raw",
            pl.when(wrong).then(pl.lit(code("columns"))).alias("fault"),
            *(
                self._trimmed(cut.struct.field(f"field_{place}").fill_null("")).alias(name)
                for place, name in zip(self._read, self._names, strict=True)
            ),
        )

    def _is_row(self) -> pl.Expr:
        is_row = pl.col("raw") != ""
        if self.dialect.comment:
            is_row &= ~pl.col("raw").str.starts_with(self.dialect.comment)
        return is_row

    def _trimmed(self, cell: pl.Expr) -> pl.Expr:
        return cell.str.strip_chars(BLANKS) if self.dialect.trim else cell

    def _careful(self, lines: list[str], first: int, *, last: bool) -> pl.DataFrame:
        rows: list[Row] = []
        for at, raw, fields, fault in self._records(lines, last=last):
            values = [""] * len(self._read) if fields is None else [fields[n] for n in self._read]
            rows.append((first + at, raw, fault, *values))
        return self._framed(rows)

    def _records(
        self, lines: list[str], *, last: bool
    ) -> Iterator[tuple[int, str, list[str] | None, str | None]]:
        """Give index of the line, text, fields and fault of each record."""
        at = 0
        while at < len(lines):
            if self.dialect.is_nothing(lines[at]):
                at += 1
                continue
            end = _record_end(lines, at, self.dialect)
            if end is None and not last and _may_go_on(lines[at:]):
                self._open = lines[at:]
                return
            raw = "\n".join(lines[at:end])
            fields = None if end is None else self.dialect.fields(raw)
            if end is not None and fields is not None and len(fields) == len(self.header.columns):
                yield at, raw, fields, None
                at = end
                continue
            single = self.dialect.fields(lines[at])
            yield at, lines[at], None, code("quotes" if single is None else "columns")
            at += 1


def fields_of(raw: str, count: int, dialect: Dialect = RFC_4180) -> list[str]:
    """Cut one record again, to write it out. What cannot be cut stands in the first column, so
    that sending it again unmended is rejected again.
    """
    fields = dialect.fields(raw)
    if fields is None or len(fields) != count:
        return [raw, *([""] * (count - 1))]
    return fields


def _record_end(lines: list[str], at: int, dialect: Dialect) -> int | None:
    """Return the index behind the last line of the record; None if its quotes do not close."""
    quotes = 0
    for end in range(at, min(at + LONGEST_RECORD, len(lines))):
        quotes += dialect.quotes(lines[end])
        if quotes % 2 == 0:
            return end + 1
    return None


def _may_go_on(lines: list[str]) -> bool:
    return len(lines) < LONGEST_RECORD and sum(map(len, lines)) < LONGEST_LINE
