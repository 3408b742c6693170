"""`above_allowance`: what is used beyond an allowance; no discount line exists (Q13)."""

import polars as pl

from invoices.rating import presence
from invoices.rating.facts import Facts
from invoices.rating.registry import rule
from invoices.rating.tariff import Item


@rule("above_allowance", applies=presence.used)
def above_allowance(item: Item, facts: Facts) -> pl.DataFrame:
    """Inputs: `meters`, `allowance`, `period` (day or month), `scope` (device or account).

    The allowance belongs to one device, or the account, one variant and one period: what is not
    used is not carried over. In a month, the days use it up in their order.
    """
    used = facts.usage_of(item.inputs["meters"])
    if item.inputs["scope"] == "account":
        used = used.with_columns(subject=facts.subjects.accounts.gather(used["subject"]))
    keys = ["subject", "variant"]
    by_day = used.group_by(*keys, "day").agg(pl.col("quantity").sum())
    if item.inputs["period"] == "month":
        through = pl.col("quantity").cum_sum().over(keys, order_by="day")
    else:
        through = pl.col("quantity")
    before = through - pl.col("quantity")
    left = pl.max_horizontal(item.inputs["allowance"] - before, pl.lit(0))
    return by_day.with_columns(quantity=pl.col("quantity") - left).filter(pl.col("quantity") > 0)
