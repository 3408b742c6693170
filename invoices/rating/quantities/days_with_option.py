"""`days_with_option`: one for each UTC day at whose end the option is on."""

from datetime import timedelta

import polars as pl

from invoices.rating import presence
from invoices.rating.facts import Facts, each_day, span
from invoices.rating.registry import rule
from invoices.rating.tariff import Item

GONE = ("none", "terminated")
_DAY = timedelta(days=1)


@rule("days_with_option", applies=presence.switched_on)
def days_with_option(item: Item, facts: Facts) -> pl.DataFrame:
    """Inputs: `option`. A device that is terminated, or not there yet, has no options."""
    there = facts.periods_of(item.device_kind).filter(~pl.col("status").is_in(GONE))
    # The part of each period in which the option is on, if there is one.
    both = there.join(_runs(item.inputs["option"], facts), on="subject").with_columns(
        pl.max_horizontal("first", "on"), pl.min_horizontal("last", "off")
    )
    return each_day(both.filter(pl.col("first") <= pl.col("last")))


def _runs(option: str, facts: Facts) -> pl.DataFrame:
    """The counted days, `on` to `off`, at whose end each subject has the option."""
    points = facts.frames.options.filter(pl.col("option") == option)
    first, last = span(facts.days)
    day = pl.col("at").dt.date()
    until = (day.shift(-1) - _DAY).over("subject", order_by="at").fill_null(last)
    return (
        points.with_columns(subject=facts.subjects.numbers_of(points))
        .with_columns(
            on=pl.max_horizontal(day, pl.lit(first)), off=pl.min_horizontal(until, pl.lit(last))
        )
        .filter(pl.col("enabled") & (pl.col("on") <= pl.col("off")))
        .select("subject", pl.col("on", "off").dt.day().cast(pl.UInt8))
    )
