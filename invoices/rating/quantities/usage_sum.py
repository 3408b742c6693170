"""`sum`: what the item's meters count, by device, day and variant."""

import polars as pl

from invoices.rating import presence
from invoices.rating.facts import Facts
from invoices.rating.registry import rule
from invoices.rating.tariff import Item


@rule("sum", applies=presence.used)
def usage_sum(item: Item, facts: Facts) -> pl.DataFrame:
    """Inputs: `meters`. Several meters add up to one quantity; nothing used is no line."""
    return facts.usage_of(item.inputs["meters"]).drop("meter")
