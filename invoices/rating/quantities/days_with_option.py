"""`days_with_option`: one for each UTC day at whose end the option is on."""

import polars as pl

from invoices.rating.device_days import held_at_day_end
from invoices.rating.facts import Facts
from invoices.rating.registry import rule
from invoices.rating.tariff import Item

GONE = ("none", "terminated")


@rule("days_with_option")
def days_with_option(item: Item, facts: Facts) -> pl.DataFrame:
    """Inputs: `option`. A device that is terminated, or not there yet, has no options."""
    points = facts.frames.options.filter(pl.col("option") == item.inputs["option"])
    days = held_at_day_end(facts.days_of(item.device_kind), points, value="enabled")
    return days.filter(pl.col("enabled") & ~pl.col("status").is_in(GONE)).select(
        "account_id", "device_id", "day", "plan", variant=pl.lit(""), quantity=pl.lit(1)
    )
