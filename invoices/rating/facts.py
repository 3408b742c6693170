"""What the quantity rules look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from invoices.rating.frames import Frames


@dataclass(frozen=True, slots=True)
class Facts:
    """The frames of a shard, the days that count, and status and plan of each device on them."""

    frames: Frames
    days: Sequence[date]
    periods: pl.DataFrame

    def periods_of(self, kind: str) -> pl.DataFrame:
        """The periods of one kind of device; of all kinds for an item that names none."""
        return self.periods.filter(pl.col("kind") == kind) if kind else self.periods
