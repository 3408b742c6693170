"""From single facts to one figure for each device, day, meter and variant."""

import polars as pl

from usage.metering.vocabulary import Fold

KEY = ["account_id", "device_id", "day", "meter", "variant"]


def fold(facts: pl.DataFrame) -> pl.DataFrame:
    """Fold facts by the `fold` of their meter: the sum, the greatest or the last of a day.

    Needs the key columns, `at`, `id`, `fold` and `quantity`. Sums are counted in a type of 38
    digits, which no number of facts of 2^63 - 1 can fill.
    """
    quantity = pl.col("quantity").cast(pl.Decimal(38, 0))
    ways = {
        Fold.SUM: quantity.sum(),
        Fold.MAX: quantity.max(),
        Fold.LAST: quantity.sort_by("at", "id").last(),
    }
    parts = [
        facts.filter(pl.col("fold") == way.value).group_by(KEY).agg(quantity=figure)
        for way, figure in ways.items()
    ]
    return pl.concat(parts)
