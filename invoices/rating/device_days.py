"""Which status and plan each device has on each day (docs/rating.md, `device_days`)."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from invoices.rating.frames import INSTANT, Frames
from invoices.rating.registry import rule

_SUBJECT = ["account_id", "device_id"]


@rule("device_days")
def device_days(frames: Frames, days: Sequence[date]) -> pl.DataFrame:
    """One row for each device, of any kind, and day that the account owns it at the day's end.

    Status and plan are those held at the end of the UTC day (rules.md Q1); a device that has none
    yet has the status `none` and no plan.
    """
    grid = _owned_days(frames.owned, days)
    grid = held_at_day_end(grid, frames.statuses, value="status")
    grid = held_at_day_end(grid, frames.plans, value="plan")
    kinds = frames.devices.select(*_SUBJECT, "kind")
    return grid.with_columns(pl.col("status").fill_null("none")).join(kinds, on=_SUBJECT)


def held_at_day_end(grid: pl.DataFrame, points: pl.DataFrame, *, value: str) -> pl.DataFrame:
    """Add the value that the change points of each device give at the end of each day."""
    return (
        grid.with_columns(day_end=(pl.col("day") + pl.duration(days=1)).cast(INSTANT))
        .sort("day_end")
        .join_asof(
            points.select(*_SUBJECT, "at", value).sort("at"),
            left_on="day_end",
            right_on="at",
            by=_SUBJECT,
            strategy="backward",
            allow_exact_matches=False,  # midnight belongs to the next day
            check_sortedness=False,
        )
        .drop("day_end", "at")
    )


def _owned_days(owned: pl.DataFrame, days: Sequence[date]) -> pl.DataFrame:
    counted = pl.DataFrame({"day": list(days)}, schema={"day": pl.Date})
    return (
        owned.with_columns(day=pl.date_ranges("first_day", "last_day"))
        .explode("day")
        .select(*_SUBJECT, "day")
        .join(counted, on="day", how="semi")
    )
