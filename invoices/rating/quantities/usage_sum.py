"""`sum`: what the item's meters count, by device, day and variant."""

import polars as pl

from invoices.rating.facts import Facts
from invoices.rating.registry import rule
from invoices.rating.tariff import Item

KEY = ["account_id", "device_id", "day", "variant"]


@rule("sum")
def usage_sum(item: Item, facts: Facts) -> pl.DataFrame:
    """Inputs: `meters`. Several meters add up to one quantity; nothing used is no line."""
    usage = facts.frames.usage.filter(
        pl.col("meter").is_in(item.inputs["meters"]) & pl.col("day").is_in(list(facts.days))
    )
    # Quantities are whole numbers of up to 19 digits in a type of 38: no sum of them can wrap.
    summed = usage.group_by(KEY).agg(pl.col("quantity").sum()).filter(pl.col("quantity") > 0)
    plans = facts.device_days.select("account_id", "device_id", "day", "plan")
    return summed.join(plans, on=["account_id", "device_id", "day"], how="left")
