"""`once_created`: one on the day on which a device is registered or created."""

import polars as pl

from invoices.rating import presence
from invoices.rating.facts import Facts
from invoices.rating.registry import rule
from invoices.rating.tariff import Item


@rule("once_created", applies=presence.created)
def once_created(item: Item, facts: Facts) -> pl.DataFrame:
    """A device is created with its first status other than `none`, once and for all."""
    first = (
        facts.spells.changes.filter(pl.col("status") != "none")
        .group_by("subject")
        .agg(pl.col("at").min())
    )
    return facts.spells.on_counted_days(facts.spells.only(item.device_kind, first))
