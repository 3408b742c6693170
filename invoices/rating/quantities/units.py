"""`first_unit` and `additional_unit`: the device registered longest, and all others (Q7)."""

import polars as pl

from invoices.rating import presence
from invoices.rating.facts import DAY, WHOLE_MONTH, Facts
from invoices.rating.registry import rule
from invoices.rating.tariff import Item


@rule("first_unit", applies=presence.in_status)
def first_unit(item: Item, facts: Facts) -> pl.DataFrame:
    """Inputs: `statuses`. One whole month for the first of each account's devices of the kind.

    Of those that were in one of the statuses at any instant of the month, the one that was
    registered first; of several at one instant, the first by its id.
    """
    return _by_age(item, facts).filter(pl.col("age") == 0)


@rule("additional_unit", applies=presence.in_status)
def additional_unit(item: Item, facts: Facts) -> pl.DataFrame:
    """Inputs: `statuses`. One whole month for each device but the first of each account."""
    return _by_age(item, facts).filter(pl.col("age") > 0)


def _by_age(item: Item, facts: Facts) -> pl.DataFrame:
    """The devices of the month with their `age`: 0 for the one registered longest."""
    registered = (
        facts.spells.changes.filter(pl.col("status") != "none")
        .group_by("subject")
        .agg(registered=pl.col("at").min())
    )
    present = facts.spells.of(item).sort("start").group_by("subject")
    units = present.agg(
        pl.col("plan").first(), priced_on=pl.col("start").first().dt.day().cast(DAY)
    ).join(registered, on="subject")
    account = facts.subjects.accounts.gather(units["subject"]).alias("account")
    # Subjects are numbered by kind and id.
    oldest = units.with_columns(account).sort("registered", "subject")
    return oldest.select(
        *("subject", "plan", "priced_on"),
        age=pl.int_range(pl.len()).over("account"),
        day=pl.lit(WHOLE_MONTH, dtype=DAY),
    )
