"""`long_term_discount` and `contract_units`: a pool of N SIMs for twelve months (rules.md Q22)."""

import polars as pl

from invoices.rating.facts import DAY, WHOLE_MONTH, Facts
from invoices.rating.registry import rule
from invoices.rating.tariff import Item


@rule("contract_units")
def contract_units(item: Item, facts: Facts) -> pl.DataFrame:
    """The units of all contracts of this item that hold in the month, also if fewer are in use.

    A line of the account for the whole month, in full from its first day (rules.md Q30).
    """
    return pools(item.code, facts).with_columns(
        day=pl.lit(WHOLE_MONTH, dtype=DAY), priced_on=pl.lit(1, dtype=DAY)
    )


def pools(code: str, facts: Facts) -> pl.DataFrame:
    """The account itself (`subject`) and the `quantity` of its contracts of one item."""
    first, last = facts.month.first_day, facts.month.last_day
    contracts = facts.frames.contracts.filter(
        pl.col("code") == code, pl.col("first_day") <= first, pl.col("last_day") >= last
    ).with_columns(device_id=pl.lit(None, dtype=pl.Int64))
    accounts = facts.subjects.numbers_of(contracts)
    return contracts.group_by(accounts).agg(quantity=pl.col("units").sum())


@rule("long_term_discount")
def long_term_discount(used: pl.DataFrame, *, pool: pl.DataFrame) -> pl.DataFrame:
    """How many units of each price are taken back: on each day min(used, N), dearest first.

    Inputs: `items` whose charges are taken back, `contract`, the item whose units are N. A SIM that
    replaces another keeps the discount, because days are counted and not SIMs.
    """
    dearest = used.sort("subject", "day", "unit_price", descending=[False, False, True])
    units = dearest.join(pool.rename({"quantity": "units"}), on="subject", maintain_order="left")
    quantity = pl.col("quantity")
    before = quantity.cum_sum().over("subject", "day") - quantity
    left = pl.max_horizontal(pl.col("units") - before, pl.lit(0))
    return (
        units.with_columns(quantity=pl.min_horizontal(quantity, left))
        .filter(quantity > 0)
        .group_by("subject", "unit_price")
        .agg(quantity.sum())
    )
