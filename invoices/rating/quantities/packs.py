"""`packs`: the greatest number of packs or licences held on any day of the month."""

import polars as pl

from invoices.rating import presence
from invoices.rating.facts import DAY, WHOLE_MONTH, Facts
from invoices.rating.registry import rule
from invoices.rating.tariff import Item


@rule("packs", applies=presence.used)
def packs(item: Item, facts: Facts) -> pl.DataFrame:
    """Inputs: `meters` that tell how many are held. Whole months, by variant.

    The price is that of the first day on which the greatest number is held.
    """
    held = (
        facts.usage_of(item.inputs["meters"])
        .group_by("subject", "variant", "day")
        .agg(pl.col("quantity").sum())
    )
    most = held.sort("quantity", "day", descending=[True, False])
    return most.group_by("subject", "variant").agg(
        pl.col("quantity").first(),
        priced_on=pl.col("day").first(),
        day=pl.lit(WHOLE_MONTH, dtype=DAY),
    )
