"""Times of day with names of their own (rules.md Q6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

import polars as pl


@dataclass(frozen=True, slots=True)
class Band:
    """A daily window in a time zone. A window may cross midnight: 22:00 to 06:00."""

    meter: str
    inside: str
    outside: str
    zone: str
    starts: time
    ends: time


def banded_variant(bands: Sequence[Band]) -> pl.Expr:
    """The variant with the name of the time of day appended, where the meter has a band.

    Needs the columns `meter`, `variant`, `at` (UTC) and `whole_day`. What is known by day only lies
    outside the window.
    """
    expression = pl.col("variant")
    for band in bands:
        inside = _within(band) & ~pl.col("whole_day")
        name = pl.when(inside).then(pl.lit(band.inside)).otherwise(pl.lit(band.outside))
        expression = (
            pl.when(pl.col("meter") == band.meter)
            .then(pl.concat_str("variant", name, separator="-"))
            .otherwise(expression)
        )
    return expression


def _within(band: Band) -> pl.Expr:
    clock = pl.col("at").dt.convert_time_zone(band.zone).dt.time()
    after, before = clock >= band.starts, clock < band.ends
    return after & before if band.starts < band.ends else after | before
