"""Checked rows of one or many files, merged together when there are enough of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from billing_portal.common.periods import Month
from usage.ingest.activity import days_of, devices_of
from usage.ingest.formats import Format
from usage.ingest.reasons import code
from usage.ingest.references import References
from usage.ingest.shipping import Shipped, written
from usage.metering.vocabulary import Outcome
from usage.models import Source
from usage.services import records
from usage.services.months import MonthKey
from usage.services.records import Merged, ReferencesMoved
from usage.services.staging import COLUMNS

MOST_FACTS = 500_000
MOST_BYTES = 128 << 20
"""Of text. Long rows fill a batch before there are many of them."""

CHECKED_AT_ONCE = 20_000
"""Rows. Each check costs as much as thousands of rows, however few it is for."""

ATTEMPTS = 10

_REJECTED, _SKIPPED = Outcome.REJECTED.value, Outcome.SKIPPED.value

# Of the facts of one row the worst decides; the place in the list is the rank.
_RANKS = [Outcome.DUPLICATE, Outcome.ACCEPTED, Outcome.LATE, Outcome.CONFLICT, Outcome.REJECTED]


class Batch:
    """Rows that wait for a merge, of any number of files, each known by its number.

    Rows are checked some thousands at a time: of many small files, many files at once.
    """

    def __init__(self, form: Format, source: Source, references: References) -> None:
        self._form = form
        self._source = source
        self._references = references
        self._start()

    def _start(self) -> None:
        self._cut: list[tuple[int, pl.DataFrame]] = []
        self._checked: list[pl.DataFrame] = []
        self._dropped: set[int] = set()
        self._unchecked = self._facts = self._size = 0

    def add(self, file: int, rows: pl.DataFrame, *, now: datetime) -> None:
        """Take rows as they were cut: `line`, `raw`, `fault` and columns of text."""
        if rows.is_empty():
            return
        if self._cut and self._cut[-1][1].columns != rows.columns:
            self._check(now)
        self._cut.append((file, rows))
        self._unchecked += rows.height
        self._facts += rows.height * self._form.facts_per_row
        self._size += int(rows["raw"].estimated_size())
        if self._unchecked >= CHECKED_AT_ONCE:
            self._check(now)

    def drop(self, file: int) -> None:
        """Forget the rows of a file that turned out to be broken."""
        self._dropped.add(file)

    @property
    def is_empty(self) -> bool:
        return not self._cut and not self._checked

    @property
    def is_full(self) -> bool:
        return self._facts >= MOST_FACTS or self._size >= MOST_BYTES

    def merge(self, *, now: datetime) -> list[tuple[int, pl.DataFrame]]:
        """Store what is sound; return by file `line`, `raw`, `outcome`, `fault` and `differs`."""
        self._check(now)
        if not self._checked:
            return []
        rows = pl.concat(self._checked)
        if self._dropped:
            rows = rows.filter(~pl.col("file").is_in(sorted(self._dropped)))
        self._start()
        rows = rows.with_row_index("row")
        outcomes = self._outcomes(rows.drop("raw", "file"), now)
        results = (
            rows.select("row", "file", "line", "raw")
            .join(outcomes, on="row", how="left", maintain_order="left")
            .drop("row")
        )
        parts = results.partition_by("file", maintain_order=True)
        return [(int(part["file"][0]), part.drop("file")) for part in parts]

    def _check(self, now: datetime) -> None:
        if not self._cut:
            return
        rows = pl.concat([rows for _file, rows in self._cut])
        numbers = [
            pl.Series("file", [file]).new_from_index(0, rows.height) for file, rows in self._cut
        ]
        self._checked.append(self._form.typed(rows, now).with_columns(pl.concat(numbers)))
        self._cut, self._unchecked = [], 0

    def _outcomes(self, rows: pl.DataFrame, now: datetime) -> pl.DataFrame:
        """Return `row`, `outcome`, `fault` and `differs` of every row."""
        for _attempt in range(ATTEMPTS):
            self._references.refresh()
            facts, faults = self._form.proved(rows, self._references)
            staged = Staged.of(facts)
            try:
                merged = records.merge(
                    source=self._source,
                    facts=staged,
                    by_month=staged.by_month,
                    stamp=self._references.stamp,
                    now=now,
                    rule=self._form.rule,
                )
            except ReferencesMoved:
                continue
            return pl.concat([staged.outcomes(merged), _rejected(faults)], how="diagonal")
        raise ReferencesMoved


@dataclass(frozen=True, slots=True)
class Staged:
    """Facts in the order of their event ids, numbered, as `usage.services.staging` wants them."""

    frame: pl.DataFrame
    by_month: Mapping[MonthKey, int]

    @classmethod
    def of(cls, facts: pl.DataFrame) -> "Staged":
        pair = ["payer_id", "coverage", "month"]
        counts = facts.group_by(pair).agg(pl.col("is_priced").sum()).sort(pair)
        numbers = counts.with_row_index("month_number").drop("is_priced")
        frame = (
            facts.join(numbers, on=pair, how="left")
            .sort("event_id", "row")
            .with_row_index("fact")
            .with_columns(
                pl.col("event_id").is_first_distinct().alias("is_first"),
                pl.col("month_number").alias("month"),
            )
        )
        return cls(frame, _month_keys(counts))

    def tuples(self) -> Iterable[list[tuple[Any, ...]]]:
        return self._shipped().tuples()

    def csv(self) -> Iterable[bytes]:
        return self._shipped().csv()

    def devices(self, *, known: Sequence[int], now: datetime) -> Shipped:
        return Shipped(devices_of(self._without(known), now=now))

    def days(self, *, known: Sequence[int]) -> Shipped:
        return Shipped(days_of(self._without(known)))

    def outcomes(self, merged: Merged) -> pl.DataFrame:
        """Return `row`, `outcome` and `differs`: the worst of the facts of each row."""
        known = pl.DataFrame(
            {
                "fact": [one.fact for one in merged.known],
                "differs": [one.differs for one in merged.known],
            },
            schema={"fact": pl.UInt32, "differs": pl.String},
        )
        late = pl.col("is_priced") & pl.col("month").is_in(sorted(merged.late))
        rank = (
            pl.when(pl.col("differs").is_null())
            .then(pl.when(late).then(_rank(Outcome.LATE)).otherwise(_rank(Outcome.ACCEPTED)))
            .when(pl.col("differs") == "")
            .then(_rank(Outcome.DUPLICATE))
            .otherwise(_rank(Outcome.CONFLICT))
        )
        return (
            self.frame.select("row", "fact", "month", "is_priced")
            .join(known, on="fact", how="left")
            .with_columns(rank.alias("rank"))
            .group_by("row")
            .agg(pl.col("rank").max(), pl.col("differs").max())
            .select("row", _outcome().alias("outcome"), "differs")
        )

    def _shipped(self) -> Shipped:
        flags = [pl.col(name).cast(pl.Int8) for name in ("is_first", "is_priced", "whole_day")]
        return Shipped(self.frame.with_columns(written("at"), *flags).select(COLUMNS))

    def _without(self, known: Sequence[int]) -> pl.DataFrame:
        if not known:
            return self.frame
        return self.frame.filter(~pl.col("fact").is_in(pl.Series(known, dtype=pl.UInt32)))


def _month_keys(counts: pl.DataFrame) -> dict[MonthKey, int]:
    return {
        MonthKey(payer, coverage, Month.parse(str(month))): count
        for payer, coverage, month, count in counts.iter_rows()
    }


def _rejected(faults: pl.DataFrame) -> pl.DataFrame:
    """Rows that are passed over come as a fault like any other."""
    skipped = pl.col("fault") == code("skipped")
    outcome = pl.when(skipped).then(pl.lit(_SKIPPED)).otherwise(pl.lit(_REJECTED))
    return faults.with_columns(outcome.alias("outcome"))


def _rank(outcome: Outcome) -> pl.Expr:
    return pl.lit(_RANKS.index(outcome), dtype=pl.Int8)


def _outcome() -> pl.Expr:
    names = {place: outcome.value for place, outcome in enumerate(_RANKS)}
    return pl.col("rank").replace_strict(names, return_dtype=pl.String)
