"""The three formats: how the rows of each are read, checked and proved, and written out again."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import polars as pl

from usage.choices import FileFormat
from usage.ingest import air, records
from usage.ingest.csvrows import CsvRows, Header, fields_of
from usage.ingest.jsonrows import JsonRows, is_unicode, parse
from usage.ingest.reading import UTF_8, Block
from usage.ingest.references import References
from usage.metering.eventids import EventIdRule

ADDED = ("line", "reason")
"""Columns of a file of rejected rows that the file it is made from did not have."""

Proof = tuple[pl.DataFrame, pl.DataFrame]


class Rows(Protocol):
    """Cuts the blocks of one file into rows: `line`, `raw`, `fault` and columns of text."""

    def take(self, block: Block) -> pl.DataFrame: ...

    def finish(self) -> pl.DataFrame: ...


class Copy(Protocol):
    """Writes rows of one file as they came, with line and reason added."""

    encoding: str

    def head(self) -> str: ...

    def row(self, raw: str, line: int, reason: str) -> str: ...

    def fields(self, raw: str) -> Mapping[str, Any]:
        """Return the fields of a row by name, for messages that quote one."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """What intake knows about one format."""

    suffix: str
    facts_per_row: int
    open: Callable[[Iterator[str]], tuple[Rows, Copy]]
    """Takes the lines at the beginning of the file; raises FileRefused for a wrong header."""
    typed: Callable[[pl.DataFrame, datetime], pl.DataFrame]
    """Checks rows by themselves; keeps their number and order."""
    proved: Callable[[pl.DataFrame, References], Proof]
    encoding: str = UTF_8
    rule: EventIdRule | None = None
    """What makes the event ids, where a feed profile says so."""


def format_named(name: FileFormat, *, country: str = "") -> Format:
    """Return a format. `country` belongs to the rows of global devices in air-csv."""
    match name:
        case FileFormat.RECORDS_CSV:
            return Format("csv", records.FACTS_PER_ROW, _records_csv, records.typed, records.proved)
        case FileFormat.NDJSON:
            return Format("ndjson", records.FACTS_PER_ROW, _ndjson, records.typed, records.proved)
        case FileFormat.AIR_CSV:

            def proved(rows: pl.DataFrame, references: References) -> Proof:
                return air.proved(rows, references, country)

            return Format("csv", air.FACTS_PER_ROW, _air_csv, air.typed, proved)
        case FileFormat.PROFILE:
            raise ValueError(name)  # a profile makes a format of its own


class CsvCopy:
    encoding = UTF_8

    def __init__(self, header: Header) -> None:
        self._columns = header.columns
        self._kept = [n for n, name in enumerate(header.columns) if name not in ADDED]

    def head(self) -> str:
        return _csv_line([*(self._columns[n] for n in self._kept), *ADDED])

    def row(self, raw: str, line: int, reason: str) -> str:
        fields = fields_of(raw, len(self._columns))
        return _csv_line([*(fields[n] for n in self._kept), str(line), reason])

    def fields(self, raw: str) -> Mapping[str, Any]:
        return dict(zip(self._columns, fields_of(raw, len(self._columns)), strict=True))


class JsonCopy:
    encoding = UTF_8

    def head(self) -> str:
        return ""

    def row(self, raw: str, line: int, reason: str) -> str:
        # What is no object is kept as text, so that nothing of it is lost.
        fields = parse(raw)
        given = {"row": raw} if fields is None else fields
        row = {**given, "line": line, "reason": reason}
        text = json.dumps(row, ensure_ascii=False)
        return (text if is_unicode(text) else json.dumps(row)) + "\n"

    def fields(self, raw: str) -> Mapping[str, Any]:
        return parse(raw) or {}


def _records_csv(lines: Iterator[str]) -> tuple[Rows, Copy]:
    header = Header.parse(next(lines, ""), required=records.REQUIRED, optional=records.OPTIONAL)
    return CsvRows(header), CsvCopy(header)


def _air_csv(lines: Iterator[str]) -> tuple[Rows, Copy]:
    header = Header.parse(next(lines, ""), required=air.REQUIRED)
    return CsvRows(header), CsvCopy(header)


def _ndjson(_lines: Iterator[str]) -> tuple[Rows, Copy]:
    return JsonRows(records.TEXTS, records.NUMBERS), JsonCopy()


def _csv_line(values: list[str]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(values)
    return text.getvalue()
