"""Which status and plan each device has on each day (docs/rating.md, `device_days`)."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from invoices.rating.frames import INSTANT, Frames
from invoices.rating.registry import rule

_SUBJECT = ["account_id", "device_id"]
_DAY = timedelta(days=1)


@rule("device_days")
def device_periods(frames: Frames, days: Sequence[date]) -> pl.DataFrame:
    """Runs of counted days on which an account owns a device and neither status nor plan changes.

    Columns: `account_id`, `device_id`, `kind`, `first_day`, `last_day`, `status`, `plan`. Owner,
    status and plan of a day are those held at the end of the UTC day (rules.md Q1); a device that
    has none yet has the status `none` and no plan. Devices of all kinds are there.
    """
    # On the first of a month no day is complete yet.
    first, last = (days[0], days[-1]) if days else (date.max, date.min)
    periods = _owned(_runs(frames, first, last), frames.owned)
    periods = held_at_day_end(periods, frames.statuses, value="status", day="first_day")
    periods = held_at_day_end(periods, frames.plans, value="plan", day="first_day")
    kinds = frames.devices.select(*_SUBJECT, "kind")
    return periods.with_columns(pl.col("status").fill_null("none")).join(kinds, on=_SUBJECT)


def held_at_day_end(
    rows: pl.DataFrame, points: pl.DataFrame, *, value: str, day: str
) -> pl.DataFrame:
    """Add the value that the change points of each device give at the end of each row's day."""
    return (
        rows.with_columns(day_end=(pl.col(day) + pl.duration(days=1)).cast(INSTANT))
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


def _runs(frames: Frames, first: date, last: date) -> pl.DataFrame:
    """The counted days of each device, cut wherever anything changes."""
    starts = [frames.owned.select(*_SUBJECT, pl.col("first_day"))]
    starts += [
        points.select(*_SUBJECT, first_day=pl.col("at").dt.date())
        for points in (frames.statuses, frames.plans)
    ]
    return (
        pl.concat(starts)
        .with_columns(pl.max_horizontal("first_day", pl.lit(first)))
        .filter(pl.col("first_day") <= last)
        .unique()
        .sort(*_SUBJECT, "first_day")
        .with_columns(last_day=pl.col("first_day").shift(-1).over(_SUBJECT) - _DAY)
        .with_columns(pl.col("last_day").fill_null(last))
    )


def _owned(runs: pl.DataFrame, owned: pl.DataFrame) -> pl.DataFrame:
    ownership = owned.select(*_SUBJECT, owned_from="first_day", owned_to="last_day")
    return (
        runs.sort("first_day")
        .join_asof(
            ownership.sort("owned_from"),
            left_on="first_day",
            right_on="owned_from",
            by=_SUBJECT,
            strategy="backward",
            check_sortedness=False,
        )
        .filter(pl.col("first_day") <= pl.col("owned_to"))
        .with_columns(pl.min_horizontal("last_day", "owned_to"))
        .drop("owned_from", "owned_to")
    )
