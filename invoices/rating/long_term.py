"""`long_term_discount` and `contract_units`: a pool of N SIMs for twelve months (rules.md Q22)."""

import polars as pl

from invoices.rating import presence
from invoices.rating.facts import DAY, WHOLE_MONTH, Facts
from invoices.rating.registry import rule
from invoices.rating.tariff import Item


@rule("contract_units", applies=presence.contracted)
def contract_units(item: Item, facts: Facts) -> pl.DataFrame:
    """The units of all contracts of this item that hold in the month, also if fewer are in use.

    Lines of the account for the whole month, in full from its first day (rules.md Q30). A contract
    is renewed by the next one, so the tax rate is that of the day on which it began (Q37).
    """
    held = _held(item.code, facts).group_by("subject", taxed_on=pl.col("first_day"))
    return held.agg(quantity=pl.col("units").sum()).with_columns(
        day=pl.lit(WHOLE_MONTH, dtype=DAY), priced_on=pl.lit(1, dtype=DAY)
    )


def pools(code: str, facts: Facts) -> pl.DataFrame:
    """The account itself (`subject`) and the `quantity` of its contracts of one item."""
    return _held(code, facts).group_by("subject").agg(quantity=pl.col("units").sum())


def _held(code: str, facts: Facts) -> pl.DataFrame:
    """The contracts of an item that hold in the month, each with its account as `subject`."""
    first, last = facts.month.first_day, facts.month.last_day
    contracts = facts.frames.contracts.filter(
        pl.col("code") == code, pl.col("first_day") <= first, pl.col("last_day") >= last
    ).with_columns(device_id=pl.lit(None, dtype=pl.Int64))
    return contracts.with_columns(subject=facts.subjects.numbers_of(contracts))


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
