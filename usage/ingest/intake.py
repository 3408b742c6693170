"""Taking in files: each is proved readable, then read, checked and merged with others."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from usage.choices import FileFormat
from usage.ingest.batches import Batch
from usage.ingest.formats import format_named
from usage.ingest.outputs import FileReport, Outputs
from usage.ingest.reading import FileRefused, open_source
from usage.ingest.references import References
from usage.models import Import
from usage.services import records


@dataclass(frozen=True, slots=True)
class Order:
    """A file to take in, and where to write what became of its rows."""

    path: Path
    results: Path | None = None
    rejected: Path | None = None


@dataclass(slots=True)
class _Work:
    """A file on its way: read to its end perhaps, but not yet merged."""

    number: int
    order: Order
    row: Import
    report: FileReport
    outputs: Outputs | None = None


class Intake:
    """Takes in files of one source and format. `clock` gives the present instant."""

    def __init__(
        self,
        *,
        source: str,
        file_format: FileFormat,
        clock: Callable[[], datetime],
        country: str = "",
        actor: str = "",
    ) -> None:
        self._source = records.source_named(name=source)
        self._file_format = file_format
        self._clock = clock
        self._actor = actor
        self._form = format_named(file_format, country=country)
        self._batch = Batch(self._form, self._source, References(), [])
        self._open: dict[int, _Work] = {}

    def take(self, orders: Sequence[Order]) -> Iterator[FileReport]:
        """Take in files in their order; give the report of each as soon as its rows are stored."""
        try:
            for number, order in enumerate(orders):
                self._read(self._start(number, order))
                if not self._batch.waiting:
                    yield from self._finish()
            self._merge()
            yield from self._finish()
        finally:
            for work in self._open.values():
                if work.outputs is not None:
                    work.outputs.abandon()

    def _start(self, number: int, order: Order) -> _Work:
        row = records.start_import(
            source=self._source,
            # A name need not be UTF-8; the database wants text.
            file_name=os.fsencode(order.path.name).decode(errors="replace"),
            file_format=self._file_format.value,
            actor=self._actor,
            now=self._clock(),
        )
        self._open[number] = _Work(number, order, row, FileReport(order.path))
        return self._open[number]

    def _read(self, work: _Work) -> None:
        try:
            with open_source(work.order.path) as file:
                rows, copy = self._form.open(file.prove())
                work.outputs = Outputs(
                    work.report,
                    copy,
                    suffix=self._form.suffix,
                    results=work.order.results,
                    rejected=work.order.rejected,
                )
                for block in file.blocks():
                    self._add(work, rows.take(block))
                self._add(work, rows.finish())
        except FileRefused as refused:
            self._batch.drop(work.number)
            work.report.error = str(refused)

    def _add(self, work: _Work, rows: pl.DataFrame) -> None:
        self._batch.add(work.number, self._form.typed(rows, self._clock()))
        if self._batch.is_full:
            self._merge()

    def _merge(self) -> None:
        for number, rows in self._batch.merge():
            outputs = self._open[number].outputs
            if outputs is not None:
                outputs.take(rows)

    def _finish(self) -> Iterator[FileReport]:
        """Note what became of the files whose rows are all stored."""
        for number in list(self._open):
            work = self._open.pop(number)
            self._close(work)
            yield work.report

    def _close(self, work: _Work) -> None:
        report, row, outputs = work.report, work.row, work.outputs
        report.rejected_file = "" if outputs is None else outputs.finish()
        if report.error:
            records.refuse_import(
                row=row, counts=report.counts, error=report.error, now=self._clock()
            )
        else:
            records.finish_import(
                row=row,
                counts=report.counts,
                rejected_file=report.rejected_file,
                now=self._clock(),
            )
