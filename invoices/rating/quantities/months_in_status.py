"""`months_in_status`: one whole month once a device was in a status at any instant (Q2)."""

import polars as pl

from invoices.rating import presence
from invoices.rating.facts import DAY, WHOLE_MONTH, Facts
from invoices.rating.registry import rule
from invoices.rating.tariff import Item


@rule("months_in_status", applies=presence.in_status)
def months_in_status(item: Item, facts: Facts) -> pl.DataFrame:
    """Inputs: `statuses`; `plans`, to count only what is on one of them. Never prorated.

    The price is that of the first day on which it counts.
    """
    return (
        facts.spells.of(item)
        .sort("start")
        .group_by("subject")
        .agg(pl.col("plan").first(), priced_on=pl.col("start").first().dt.day().cast(DAY))
        .with_columns(day=pl.lit(WHOLE_MONTH, dtype=DAY))
    )
