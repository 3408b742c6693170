"""`any_in_month`: one whole month for what was used, or switched on, at least once in it (Q7)."""

import polars as pl

from invoices.rating import presence
from invoices.rating.facts import DAY, WHOLE_MONTH, Facts
from invoices.rating.registry import rule
from invoices.rating.tariff import Item


@rule("any_in_month", applies=presence.used_or_switched_on)
def any_in_month(item: Item, facts: Facts) -> pl.DataFrame:
    """Inputs: `meters` that counted something, or an `option` that was on at any instant.

    `per` account: once for all devices, else once for each (and for the account itself, for what
    belongs to none). `month`, with an option: `first` for the month in which the device has it for
    the first time, `later` for the others. The price is that of the first day.
    """
    used = _used(item, facts) if "meters" in item.inputs else _switched_on(item, facts)
    if item.inputs.get("per") == "account":
        used = used.with_columns(subject=facts.subjects.accounts.gather(used["subject"]))
    return (
        used.group_by("subject", "variant")
        .agg(priced_on=pl.col("day").min())
        .with_columns(day=pl.lit(WHOLE_MONTH, dtype=DAY))
    )


def _used(item: Item, facts: Facts) -> pl.DataFrame:
    used = facts.usage_of(item.inputs["meters"]).filter(pl.col("quantity") > 0)
    return used if item.has_variants else used.with_columns(facts.no_variant)


def _switched_on(item: Item, facts: Facts) -> pl.DataFrame:
    on = facts.spells.with_option(item)
    if "month" in item.inputs:
        new = facts.spells.first_enabled(item).filter(
            pl.col("at").dt.date() >= facts.month.first_day
        )
        is_new = pl.col("subject").is_in(new["subject"].implode())
        on = on.filter(is_new if item.inputs["month"] == "first" else ~is_new)
    return on.select("subject", facts.no_variant, day=pl.col("start").dt.day().cast(DAY))
