"""`transition`: one for each time a device goes from one status to another."""

import polars as pl

from invoices.rating import presence
from invoices.rating.facts import Facts
from invoices.rating.registry import rule
from invoices.rating.tariff import Item


@rule("transition", applies=presence.entered)
def transition(item: Item, facts: Facts) -> pl.DataFrame:
    """Inputs: `from`, statuses that it leaves (any other without it), and `to`, those it enters.

    Every change counts, on the UTC day on which it happens, also if it is taken back on that day.
    """
    left = pl.col("before").is_in(item.inputs["from"]) if "from" in item.inputs else pl.lit(True)
    entered = pl.col("status").is_in(item.inputs["to"]) & (pl.col("status") != pl.col("before"))
    changes = facts.spells.changes.filter(left & entered)
    return facts.spells.on_counted_days(facts.spells.only(item.device_kind, changes))
