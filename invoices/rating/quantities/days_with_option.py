"""`days_with_option`: one for each UTC day at whose end the option is on."""

import polars as pl

from invoices.rating.device_days import each_day, held_at_day_end
from invoices.rating.facts import Facts
from invoices.rating.registry import rule
from invoices.rating.tariff import Item

GONE = ("none", "terminated")


@rule("days_with_option")
def days_with_option(item: Item, facts: Facts) -> pl.DataFrame:
    """Inputs: `option`. A device that is terminated, or not there yet, has no options."""
    points = facts.frames.options.filter(pl.col("option") == item.inputs["option"])
    there = facts.periods_of(item.device_kind).filter(~pl.col("status").is_in(GONE))
    concerned = there.join(points, on=["account_id", "device_id"], how="semi")
    days = held_at_day_end(each_day(concerned), points, value="enabled", day="day")
    return days.filter("enabled").select(
        "account_id", "device_id", "day", "plan", variant=pl.lit(""), quantity=pl.lit(1)
    )
