"""Columns of text to instants, days and quantities, with the codes of what is wrong."""

import polars as pl

from usage.ingest.reasons import code

_INSTANT = (
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(?:\.[0-9]{1,9})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$"
)
_DAY = "^(?:[0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2})$"
_NUMBER = "^(?:0|[1-9][0-9]{0,18})$"
# Of ids and names: no control characters, no blanks at the ends.
_PRINTABLE = r"^[^\s\p{Cc}](?:[^\p{Cc}]*[^\s\p{Cc}])?$"


def instant(column: str) -> pl.Expr:
    """Return microseconds since 1970 in UTC; null for what is no RFC 3339 instant with a zone.

    There is no second 60 and no short form. Digits after the sixth are cut off.
    """
    text = pl.col(column)
    local = text.str.slice(0, 19).str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us", strict=False)
    fraction = text.str.extract(r"\.([0-9]{1,6})").fill_null("").str.pad_end(6, "0")
    sign = pl.when(text.str.slice(-6, 1) == "-").then(-1).otherwise(1)
    minutes = (
        text.str.slice(-5, 2).cast(pl.Int64, strict=False) * 60
        + text.str.slice(-2, 2).cast(pl.Int64, strict=False)
    ) * sign
    zone = pl.when(text.str.ends_with("Z")).then(0).otherwise(minutes)
    value = local.dt.epoch("us") + fraction.cast(pl.Int64, strict=False) - zone * 60_000_000
    return pl.when(text.str.contains(_INSTANT)).then(value)


def day(column: str) -> pl.Expr:
    """Return the day as Date; null for what is neither 20261031 nor 2026-10-31."""
    text = pl.col(column)
    digits = text.str.replace_all("-", "", literal=True)
    value = digits.str.to_date("%Y%m%d", strict=False)
    return pl.when(text.str.contains(_DAY)).then(value)


def number(column: str) -> pl.Expr:
    """Return a whole number from 0 to 2^63−1; null for anything else."""
    text = pl.col(column)
    return pl.when(text.str.contains(_NUMBER)).then(text.cast(pl.Int64, strict=False))


def text_fault(column: str, longest: int, *, required: bool, said: str = "") -> pl.Expr:
    """Return the code of what is wrong with a text, null if nothing is.

    `said` is what people call the column, if it has another name for them.
    """
    text, name = pl.col(column), said or column
    empty = pl.lit(code("empty", name)) if required else pl.lit(None, dtype=pl.String)
    return (
        pl.when(text == "")
        .then(empty)
        .when(text.str.len_chars() > longest)
        .then(pl.lit(code("long", name)))
        .when(~text.str.contains(_PRINTABLE))
        .then(pl.lit(code("control", name)))
    )


def fault_if(condition: pl.Expr, reason: str, column: str) -> pl.Expr:
    """Return the code where the condition holds, else null."""
    return pl.when(condition).then(pl.lit(code(reason, column)))
