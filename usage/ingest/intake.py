"""Taking in files: each is proved readable, then read, checked and merged with others."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl
from django.conf import settings
from django.db import DatabaseError

from usage.ingest.batches import Batch
from usage.ingest.formats import Format
from usage.ingest.outputs import FileReport, Outputs
from usage.ingest.reading import FileRefused, SourceFile, open_source
from usage.ingest.references import References
from usage.models import Import
from usage.selectors.chunks import chunks
from usage.services import imports, records
from usage.services.imports import Origin

NOTED_AHEAD = 500
"""Files that are noted as running in one go, before the first of them is read."""
NOTED_TOGETHER = 100
"""Files without any row to wait for that are noted as done in one go."""

Progress = Callable[[float], None]
"""Told after each block how many files are read; a part of the last one counts as a part."""


@dataclass(frozen=True, slots=True)
class Order:
    """A file to take in, and where to write what became of its rows. `name` is its name for people,
    if it is not that of the path.
    """

    path: Path
    results: Path | None = None
    rejected: Path | None = None
    name: str = ""

    @property
    def title(self) -> str:
        # A name need not be UTF-8; the database wants text.
        return self.name or os.fsencode(self.path.name).decode(errors="replace")


@dataclass(slots=True)
class _Work:
    """A file on its way: read to its end perhaps, but not yet merged."""

    number: int
    order: Order
    row: Import
    report: FileReport
    outputs: Outputs | None = None


class Intake:
    """Takes in files of one source and form. `clock` gives the present instant.

    Raises EventIdsDiffer if another profile has said what makes the event ids of the source.
    """

    def __init__(
        self,
        *,
        source: str,
        form: Format,
        origin: Origin,
        clock: Callable[[], datetime],
        progress: Progress = lambda _files: None,
        references: References | None = None,
    ) -> None:
        self._source = records.source_named(name=source)
        if form.rule is not None:
            records.claim(source=self._source, rule=form.rule)
        self._form = form
        self._origin = origin
        self._clock = clock
        self._progress = progress
        self._batch = Batch(form, self._source, references or References())
        self._waiting: dict[int, _Work] = {}
        self._open: dict[int, _Work] = {}
        self._kept_at = clock()

    def take(self, orders: Sequence[Order]) -> Iterator[FileReport]:
        """Take in files in their order; give the report of each as soon as its rows are stored."""
        imports.stop_abandoned(now=self._clock())
        try:
            for number in range(len(orders)):
                if number % NOTED_AHEAD == 0:
                    self._note(number, orders[number : number + NOTED_AHEAD])
                self._read(self._start(number))
                self._progress(number + 1)
                if self._batch.is_empty and len(self._open) >= NOTED_TOGETHER:
                    yield from self._finish()
            self._merge()
            yield from self._finish()
        finally:
            self._abandon()

    def _note(self, first: int, orders: Sequence[Order]) -> None:
        names = [order.title for order in orders]
        rows = imports.start(
            source=self._source, names=names, origin=self._origin, now=self._clock()
        )
        for number, (order, row) in enumerate(zip(orders, rows, strict=True), first):
            self._waiting[number] = _Work(number, order, row, FileReport(order.path))

    def _start(self, number: int) -> _Work:
        self._open[number] = self._waiting.pop(number)
        return self._open[number]

    def _read(self, work: _Work) -> None:
        try:
            with open_source(work.order.path, self._form.encoding) as file:
                file.prove()
                rows, copy = self._form.open(file.lines())
                work.outputs = Outputs(
                    work.report,
                    copy,
                    suffix=self._form.suffix,
                    results=work.order.results,
                    rejected=work.order.rejected,
                )
                for block in file.blocks():
                    self._add(work, rows.take(block), file)
                self._add(work, rows.finish(), file)
        except FileRefused as refused:
            self._batch.drop(work.number)
            work.report.error = str(refused)

    def _add(self, work: _Work, rows: pl.DataFrame, file: SourceFile) -> None:
        self._batch.add(work.number, rows, now=self._clock())
        self._progress(work.number + min(file.part, 0.99))
        if self._batch.is_full:
            self._merge()

    def _merge(self) -> None:
        self._keep()
        for number, rows in self._batch.merge(now=self._clock()):
            outputs = self._open[number].outputs
            if outputs is not None:
                outputs.take(rows)

    def _keep(self) -> None:
        """Say that this process is alive, when a third of its time is over."""
        now = self._clock()
        if (now - self._kept_at).total_seconds() > settings.LEASE_SECONDS / 3:
            imports.keep(rows=self._unfinished(), now=now)
            self._kept_at = now

    def _finish(self) -> Iterator[FileReport]:
        """Note what became of the files whose rows are all stored."""
        for numbers in chunks(list(self._open), NOTED_AHEAD):
            works = [self._open[number] for number in numbers]
            for work in works:
                self._settle(work)
            imports.save(rows=[work.row for work in works])
            for work in works:
                del self._open[work.number]
                yield work.report

    def _settle(self, work: _Work) -> None:
        report, outputs = work.report, work.outputs
        report.rejected_file = "" if outputs is None else outputs.finish()
        imports.settle(
            row=work.row,
            counts=report.counts,
            rejected_file="" if report.error else report.rejected_file,
            error=report.error,
            now=self._clock(),
        )

    def _abandon(self) -> None:
        """Leave nothing behind of files that were not read to their end."""
        for work in self._open.values():
            if work.outputs is not None:
                work.outputs.abandon()
        try:
            imports.stop(rows=self._unfinished(), now=self._clock())
        except DatabaseError:
            # It is the database that failed: who comes next finds that this process is gone.
            return

    def _unfinished(self) -> Iterable[Import]:
        return [work.row for work in (*self._open.values(), *self._waiting.values())]
