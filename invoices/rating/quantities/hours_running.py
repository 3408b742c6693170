"""`hours_running`: the UTC clock hours in which something ran at all (Q4)."""

from datetime import timedelta

import polars as pl

from invoices.rating import presence
from invoices.rating.facts import DAY, Facts
from invoices.rating.registry import rule
from invoices.rating.tariff import Item

_INSTANT = timedelta(microseconds=1)


@rule("hours_running", applies=presence.switched_on_or_in_status)
def hours_running(item: Item, facts: Facts) -> pl.DataFrame:
    """Inputs: `statuses` in which it runs, or the `option` that does, also one for each connection.

    A full day is exactly 24, and no day has 25: an hour counts once, however often it began in it.
    """
    if "option" in item.inputs:
        spells = facts.spells.with_option(item)
    else:
        spells = facts.spells.of(item).with_columns(option=pl.lit(""))
    first = pl.col("start").dt.truncate("1h")
    last = (pl.col("end") - _INSTANT).dt.truncate("1h")
    hours = spells.select("subject", "option", hour=pl.datetime_ranges(first, last, "1h"))
    return (
        hours.explode("hour")
        .unique()
        .group_by("subject", day=pl.col("hour").dt.day().cast(DAY))
        .agg(quantity=pl.len())
    )
