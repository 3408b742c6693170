"""Columns of text to microseconds since 1970 in UTC, by the readings of a profile."""

from collections.abc import Sequence

import polars as pl

from usage.ingest.feeds.patterns import LONG_MONTHS, MONTHS, Reading
from usage.ingest.feeds.profile import Instant
from usage.ingest.feeds.values import cell
from usage.ingest.reasons import code

SECOND = 1_000_000
DAY = 86_400 * SECOND
EARLIER, LATER, REJECT = "earlier", "later", "reject"
OVERLAPS = (EARLIER, LATER, REJECT)

_AMBIGUOUS = {EARLIER: "earliest", LATER: "latest", REJECT: "null"}


def with_instant(
    rows: pl.DataFrame, instant: Instant, columns: Sequence[str], name: str
) -> pl.DataFrame:
    """Add `name`, the microseconds or null, and `name`_fault, why there are none."""
    texts = rows.select(
        pl.concat_str([cell(column) for column in columns], separator=" ").alias("text")
    )
    found = [_read(texts, reading) for reading in instant.readings]
    moments = pl.DataFrame({"absolute": _first(found, zoned=True), "local": _first(found)})
    local = pl.from_epoch(pl.col("local"), "us")
    utc = _utc(local, instant) if instant.zone else pl.col("local")
    sure = _utc(local, instant, EARLIER) if instant.zone else pl.col("local")
    column, way = columns[0], " | ".join(reading.pattern for reading in instant.readings)
    fault = (
        pl.when(pl.col("absolute").is_not_null() | pl.col(name).is_not_null())
        .then(None)
        .when(pl.col("local").is_null())
        .then(pl.lit(code("moment", column, way)))
        .when(sure.is_null())
        .then(pl.lit(code("gap", column, instant.zone)))
        .otherwise(pl.lit(code("overlap", column, instant.zone)))
    )
    done = moments.with_columns(pl.coalesce("absolute", utc).alias(name)).with_columns(
        fault.alias(f"{name}_fault")
    )
    return rows.hstack(done.select(name, f"{name}_fault"))


def _first(found: Sequence[tuple[bool, pl.Series]], *, zoned: bool = False) -> pl.Series:
    """Of each row the first reading that fits, among those with a zone or those without."""
    fitting = [series for is_zoned, series in found if is_zoned == zoned]
    if not fitting:
        return pl.Series([None], dtype=pl.Int64).new_from_index(0, len(found[0][1]))
    return pl.select(pl.coalesce(fitting)).to_series()


def _utc(local: pl.Expr, instant: Instant, overlap: str = "") -> pl.Expr:
    return local.dt.replace_time_zone(
        instant.zone,
        ambiguous=_AMBIGUOUS[overlap or instant.overlap],  # type: ignore[arg-type]
        non_existent="null",
    ).dt.epoch("us")


def _read(texts: pl.DataFrame, reading: Reading) -> tuple[bool, pl.Series]:
    """Return whether the reading says its zone; microseconds, null where it does not fit."""
    parts = texts.select(pl.col("text").str.extract_groups(reading.regex)).unnest("text")
    if reading.groups & {"seconds", "millis"}:
        return True, parts.select(_epoch(reading)).to_series()
    day = _ordinal(reading) if "ordinal" in reading.groups else _day(reading)
    value = day.cast(pl.Datetime("us")).dt.epoch("us") + _time(reading)
    if "offset" in reading.groups:
        value -= _offset()
    return reading.has_zone, parts.select(value).to_series()


def _epoch(reading: Reading) -> pl.Expr:
    if "millis" in reading.groups:
        return pl.col("millis").cast(pl.Int64) * 1_000
    return pl.col("seconds").cast(pl.Int64) * SECOND + _fraction()


def _fraction() -> pl.Expr:
    """Digits after the sixth are cut off."""
    digits = pl.col("fraction").fill_null("").str.slice(0, 6).str.pad_end(6, "0")
    return digits.cast(pl.Int64)


def _year(reading: Reading) -> pl.Expr:
    return pl.format("20{}", "short_year") if "short_year" in reading.groups else pl.col("year")


def _day(reading: Reading) -> pl.Expr:
    """Null for a day that the month does not have."""
    if "month_name" in reading.groups:
        names = {month: f"{n % 12 + 1}" for n, month in enumerate((*MONTHS, *LONG_MONTHS))}
        month = pl.col("month_name").str.to_lowercase().replace_strict(names, default=None)
    else:
        month = pl.col("month")
    padded = (part.str.pad_start(2, "0") for part in (month, pl.col("day")))
    text = pl.concat_str([_year(reading), *padded], separator="-")
    return text.str.to_date("%Y-%m-%d", strict=False)


def _ordinal(reading: Reading) -> pl.Expr:
    """Null for day 366 of a year that has none."""
    first = pl.format("{}-01-01", _year(reading)).str.to_date("%Y-%m-%d", strict=False)
    day = first + pl.duration(days=pl.col("ordinal").cast(pl.Int64) - 1)
    return pl.when(day.dt.year() == first.dt.year()).then(day)


def _time(reading: Reading) -> pl.Expr:
    """Microseconds since midnight; what the reading does not say is 0."""
    groups, seconds = reading.groups, pl.lit(0, dtype=pl.Int64)
    if "hour" in groups:
        seconds = pl.col("hour").cast(pl.Int64) * 3_600
    if "half" in groups:
        noon = pl.when(pl.col("noon").str.to_lowercase() == "pm").then(12).otherwise(0)
        seconds = (pl.col("half").cast(pl.Int64) % 12 + noon) * 3_600
    if "minute" in groups:
        seconds += pl.col("minute").cast(pl.Int64) * 60
    if "second" in groups:
        seconds += pl.col("second").cast(pl.Int64)
    return seconds * SECOND + (_fraction() if "fraction" in groups else 0)


def _offset() -> pl.Expr:
    digits = pl.col("offset").str.replace_all("[:Z]", "").str.pad_end(5, "0")
    minutes = digits.str.slice(1, 2).cast(pl.Int64) * 60 + digits.str.slice(3, 2).cast(pl.Int64)
    signed = pl.when(pl.col("offset").str.starts_with("-")).then(-minutes).otherwise(minutes)
    return signed * 60 * SECOND
