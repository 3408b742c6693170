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
    device_days: pl.DataFrame
