"""`days_in_status`: one for each UTC day at whose end the device has one of the item's statuses."""

import polars as pl

from invoices.rating import presence
from invoices.rating.facts import Facts, each_day
from invoices.rating.registry import rule
from invoices.rating.tariff import Item


@rule("days_in_status", applies=presence.in_status)
def days_in_status(item: Item, facts: Facts) -> pl.DataFrame:
    """Inputs: `statuses`, the names that count (sources/000…: suspended counts standby too)."""
    periods = facts.periods_of(item.device_kind)
    return each_day(periods.filter(pl.col("status").is_in(item.inputs["statuses"])))
