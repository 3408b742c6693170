"""A file of devices, read in pieces, carried out in batches."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, NamedTuple

from django.utils.translation import gettext as _

from usage.ingest.csvrows import CsvRows, Header
from usage.ingest.devices.columns import Columns
from usage.ingest.devices.outputs import Outputs, Summary
from usage.ingest.devices.rows import Reader
from usage.ingest.devices.values import RowRefused
from usage.ingest.formats import CsvCopy
from usage.ingest.reading import FileRefused, SourceFile, open_source
from usage.ingest.reasons import text_of
from usage.services.devices import Outcome, Result, Terms, Wish, change_devices

WINDOW = 20_000
"""Rows that are in memory at once, and within which those of one payer are put together."""
MOST_ROWS = 2_000_000

Told = Callable[[int, int], None]
"""Called with the rows done and all rows."""


@dataclass(frozen=True, slots=True)
class Door:
    """What a file may say, and how it is carried out."""

    columns: Columns
    terms: Terms
    since: datetime | None = None


class Row(NamedTuple):
    line: int
    raw: str
    fault: str | None
    cells: dict[str, str]


def take(
    path: Path,
    door: Door,
    *,
    rejected: IO[str],
    results: IO[str] | None = None,
    told: Told | None = None,
) -> Summary:
    """Carry out what a file says, row by row; a row that cannot be is rejected with its reason.

    Raises FileRefused for a file that cannot be read to its end: then nothing of it was done.
    """
    with open_source(path) as source:
        source.prove()
        header, count = _measure(source, door.columns)
        outputs = Outputs(CsvCopy(header), rejected, results)
        reader = Reader(header.read, door.since)
        done = 0
        for window in _windows(source, header):
            with _uncollected():
                _carry_out(window, reader, door, outputs)
            done += len(window)
            if told is not None:
                told(done, max(count, done))
    return outputs.summary


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave garbage until the end: looking for it among so many rows costs a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _measure(source: SourceFile, columns: Columns) -> tuple[Header, int]:
    """Read the header, and count the lines for the sake of progress."""
    blocks = source.blocks()
    first = next(blocks, None)
    header = columns.header(first.lines[0] if first else "")
    count = len(first.lines) - 1 if first else 0
    for block in blocks:
        count += len(block.lines)
    if count > MOST_ROWS:
        raise FileRefused(_("The file has more than %d rows. Cut it into several.") % MOST_ROWS)
    return header, count


def _windows(source: SourceFile, header: Header) -> Iterator[Sequence[Row]]:
    window: list[Row] = []
    for row in _rows(source, header):
        window.append(row)
        if len(window) == WINDOW:
            yield window
            window = []
    if window:
        yield window


def _rows(source: SourceFile, header: Header) -> Iterator[Row]:
    rows = CsvRows(header)
    names = header.read
    for block in source.blocks():
        for line, raw, fault, *cells in rows.take(block).iter_rows():
            yield Row(line, raw, fault, dict(zip(names, cells, strict=True)))
    for line, raw, fault, *cells in rows.finish().iter_rows():
        yield Row(line, raw, fault, dict(zip(names, cells, strict=True)))


def _carry_out(window: Sequence[Row], reader: Reader, door: Door, outputs: Outputs) -> None:
    """Read the rows of a window, carry out those that can be read, and note all in their order."""
    reader.look_up([row.cells for row in window])
    outcomes: dict[int, Outcome] = {}
    wishes: dict[int, Wish] = {}
    for row in window:
        try:
            wishes[row.line] = _wish(row, reader)
        except RowRefused as refusal:
            outcomes[row.line] = Outcome(Result.REJECTED, reason=str(refusal))
    done = change_devices(wishes=list(wishes.values()), terms=door.terms)
    outcomes |= zip(wishes, done, strict=True)
    for row in window:
        outputs.take(row.line, row.raw, row.cells.get("id", ""), outcomes[row.line])


def _wish(row: Row, reader: Reader) -> Wish:
    if row.fault is not None:
        raise RowRefused(text_of(row.fault, row.cells))
    return reader.wish(row.cells)
