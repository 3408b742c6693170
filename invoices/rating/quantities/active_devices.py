"""`peak_active` and `distinct_active`: devices of a plan that are active in a month (Q47, Q48)."""

import polars as pl

from invoices.rating import presence
from invoices.rating.facts import DAY, WHOLE_MONTH, Facts
from invoices.rating.registry import rule
from invoices.rating.tariff import Item


@rule("peak_active", applies=presence.in_status)
def peak_active(item: Item, facts: Facts) -> pl.DataFrame:
    """Inputs: `statuses`. The peak of simultaneously active devices of each plan of an account.

    At one instant ends come before starts; what is active from before the month counts without an
    event. The plan is renewed on the first of the month, whose price and tax rate hold (Q37).
    """
    found = course(item, facts).group_by("subject", "plan").agg(pl.col("active").max())
    return _monthly(item, facts, found)


@rule("distinct_active", applies=presence.in_status)
def distinct_active(item: Item, facts: Facts) -> pl.DataFrame:
    """Inputs: `statuses`. The different devices of each plan that were active at any instant."""
    found = _of_accounts(item, facts).group_by("subject", "plan")
    return _monthly(item, facts, found.agg(active=pl.col("device").n_unique()))


def course(item: Item, facts: Facts) -> pl.DataFrame:
    """How many devices are `active` from each instant on, by account (`subject`) and plan."""
    spells = _of_accounts(item, facts)
    steps = [
        spells.select("subject", "plan", at="start", step=pl.lit(1)),
        spells.select("subject", "plan", at="end", step=pl.lit(-1)),
    ]
    ordered = pl.concat(steps).sort("subject", "plan", "at", "step", nulls_last=True)
    return ordered.with_columns(active=pl.col("step").cum_sum().over("subject", "plan"))


def _of_accounts(item: Item, facts: Facts) -> pl.DataFrame:
    spells = facts.spells.of(item)
    account = facts.subjects.accounts.gather(spells["subject"])
    return spells.rename({"subject": "device"}).with_columns(subject=account)


def _monthly(item: Item, facts: Facts, counted: pl.DataFrame) -> pl.DataFrame:
    """Lines of the account; the variant names the plan, if the billing name has room for it."""
    variant = pl.col("plan").cast(pl.String).fill_null("") if item.has_variants else pl.lit("")
    return counted.select(
        *("subject", "plan"),
        variant=variant.cast(pl.Categorical),
        quantity="active",
        day=pl.lit(WHOLE_MONTH, dtype=DAY),
        priced_on=pl.lit(1, dtype=DAY),
        taxed_on=facts.month.first_day,
    )
