"""Checked rows of one or many files, merged together when there are enough of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from billing_portal.common.periods import Month
from usage.ingest.formats import Format
from usage.ingest.references import References
from usage.metering.vocabulary import Outcome
from usage.models import Source
from usage.services import records
from usage.services.months import MonthKey
from usage.services.records import Merged, ReferencesMoved
from usage.services.staging import COLUMNS

MOST_FACTS = 500_000
MOST_BYTES = 128 << 20
"""Of text. Long rows fill a batch before there are many of them."""

ATTEMPTS = 10

# Of the facts of one row the worst decides; the place in the list is the rank.
_RANKS = [Outcome.DUPLICATE, Outcome.ACCEPTED, Outcome.LATE, Outcome.CONFLICT, Outcome.REJECTED]


@dataclass(slots=True)
class Batch:
    """Rows that wait for a merge: `line`, `raw`, `fault` and typed columns, by number of file."""

    form: Format
    source: Source
    references: References
    waiting: list[tuple[int, pl.DataFrame]]
    facts: int = 0
    size: int = 0

    def add(self, file: int, rows: pl.DataFrame) -> None:
        self.waiting.append((file, rows))
        self.facts += rows.height * self.form.facts_per_row
        self.size += int(rows["raw"].str.len_bytes().sum())

    def drop(self, file: int) -> None:
        """Forget the rows of a file that turned out to be broken."""
        self.waiting = [(other, rows) for other, rows in self.waiting if other != file]

    @property
    def is_full(self) -> bool:
        return self.facts >= MOST_FACTS or self.size >= MOST_BYTES

    def merge(self) -> list[tuple[int, pl.DataFrame]]:
        """Store what is sound; return by file `line`, `raw`, `outcome`, `fault` and `differs`."""
        if not self.waiting:
            return []
        parts = [rows.with_columns(pl.lit(file).alias("file")) for file, rows in self.waiting]
        rows = pl.concat(parts).with_row_index("row")
        self.waiting, self.facts, self.size = [], 0, 0
        outcomes = self._outcomes(rows.drop("raw"))
        results = (
            rows.select("row", "file", "line", "raw")
            .join(outcomes, on="row", how="left", maintain_order="left")
            .drop("row")
        )
        return [
            (int(number), part.drop("file"))
            for (number,), part in results.group_by("file", maintain_order=True)
        ]

    def _outcomes(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return `row`, `outcome`, `fault` and `differs` of every row."""
        for _attempt in range(ATTEMPTS):
            stamp = self.references.refresh()
            facts, faults = self.form.proved(rows, self.references)
            staged = Staged.of(facts)
            try:
                merged = records.merge(
                    source=self.source, facts=staged, by_month=staged.by_month, stamp=stamp
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
        counts = facts.group_by(pair).len().sort(pair)
        numbers = counts.with_row_index("month_number").drop("len")
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
        return (part.rows() for part in self._columns().iter_slices(10_000))

    def csv(self) -> Iterable[bytes]:
        for part in self._columns().iter_slices(50_000):
            yield part.write_csv(include_header=False, quote_style="non_numeric").encode()

    def outcomes(self, merged: Merged) -> pl.DataFrame:
        """Return `row`, `outcome` and `differs`: the worst of the facts of each row."""
        known = pl.DataFrame(
            {
                "fact": [one.fact for one in merged.known],
                "differs": [one.differs for one in merged.known],
            },
            schema={"fact": pl.UInt32, "differs": pl.String},
        )
        late = pl.col("month").is_in(sorted(merged.late))
        rank = (
            pl.when(pl.col("differs").is_null())
            .then(pl.when(late).then(_rank(Outcome.LATE)).otherwise(_rank(Outcome.ACCEPTED)))
            .when(pl.col("differs") == "")
            .then(_rank(Outcome.DUPLICATE))
            .otherwise(_rank(Outcome.CONFLICT))
        )
        return (
            self.frame.select("row", "fact", "month")
            .join(known, on="fact", how="left")
            .with_columns(rank.alias("rank"))
            .group_by("row")
            .agg(pl.col("rank").max(), pl.col("differs").max())
            .select("row", _outcome().alias("outcome"), "differs")
        )

    def _columns(self) -> pl.DataFrame:
        moment = pl.from_epoch("at", "us")
        whole = moment.dt.microsecond() == 0
        at = (
            pl.when(whole)
            .then(moment.dt.strftime("%Y-%m-%d %H:%M:%S"))
            .otherwise(moment.dt.strftime("%Y-%m-%d %H:%M:%S.%6f"))
        )
        flags = [pl.col(name).cast(pl.Int8) for name in ("is_first", "whole_day")]
        return self.frame.with_columns(at.alias("at"), *flags).select(COLUMNS)


def _month_keys(counts: pl.DataFrame) -> dict[MonthKey, int]:
    return {
        MonthKey(payer, coverage, Month.parse(str(month))): count
        for payer, coverage, month, count in counts.iter_rows()
    }


def _rejected(faults: pl.DataFrame) -> pl.DataFrame:
    return faults.with_columns(pl.lit(Outcome.REJECTED.value).alias("outcome"))


def _rank(outcome: Outcome) -> pl.Expr:
    return pl.lit(_RANKS.index(outcome), dtype=pl.Int8)


def _outcome() -> pl.Expr:
    names = {place: outcome.value for place, outcome in enumerate(_RANKS)}
    return pl.col("rank").replace_strict(names, return_dtype=pl.String)
