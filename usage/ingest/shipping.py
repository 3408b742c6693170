"""Frames on their way into a database."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl


@dataclass(frozen=True, slots=True)
class Shipped:
    """A frame as `usage.services.staging.Rows`."""

    frame: pl.DataFrame

    def tuples(self) -> Iterable[list[tuple[Any, ...]]]:
        return (part.rows() for part in self.frame.iter_slices(10_000))

    def csv(self) -> Iterable[bytes]:
        for part in self.frame.iter_slices(50_000):
            yield part.write_csv(include_header=False, quote_style="non_numeric").encode()


def written(column: str) -> pl.Expr:
    """An instant in microseconds as the text that SQLite keeps, of the same name."""
    moment = pl.from_epoch(column, "us")
    return (
        pl.when(moment.dt.microsecond() == 0)
        .then(moment.dt.strftime("%Y-%m-%d %H:%M:%S"))
        .otherwise(moment.dt.strftime("%Y-%m-%d %H:%M:%S.%6f"))
        .alias(column)
    )
