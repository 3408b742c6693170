"""`sum`: what the item's meters count, by device, day and variant."""

import polars as pl

from invoices.rating.facts import Facts
from invoices.rating.registry import rule
from invoices.rating.tariff import Item

SUBJECT = ["account_id", "device_id"]
KEY = [*SUBJECT, "day", "variant"]


@rule("sum")
def usage_sum(item: Item, facts: Facts) -> pl.DataFrame:
    """Inputs: `meters`. Several meters add up to one quantity; nothing used is no line."""
    usage = facts.frames.usage.filter(
        pl.col("meter").is_in(item.inputs["meters"]) & pl.col("day").is_in(list(facts.days))
    )
    # Quantities are whole numbers of up to 19 digits in a type of 38: no sum of them can wrap.
    summed = usage.group_by(KEY).agg(pl.col("quantity").sum()).filter(pl.col("quantity") > 0)
    return _with_plan(summed, facts.periods)


def _with_plan(used: pl.DataFrame, periods: pl.DataFrame) -> pl.DataFrame:
    """Add the plan that the device has on the day; none on a day that it is not the account's."""
    plans = periods.select(*SUBJECT, "first_day", "last_day", "plan")
    return (
        used.sort("day")
        .join_asof(
            plans.sort("first_day"),
            left_on="day",
            right_on="first_day",
            by=SUBJECT,
            strategy="backward",
            check_sortedness=False,
        )
        .with_columns(pl.when(pl.col("day") <= pl.col("last_day")).then("plan").alias("plan"))
    )
