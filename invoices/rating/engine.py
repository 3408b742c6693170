"""Rating: facts and a tariff in, charges out. Pure, columnar, many accounts at once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from invoices.rating import (
    device_days,
    free_tier,
    lines,
    naming,
    pricing,
    quantities,
    totals,
)
from invoices.rating.facts import Facts
from invoices.rating.frames import LINES, QUANTITIES, Frames, empty, gather
from invoices.rating.problems import Problem
from invoices.rating.registry import RuleSet
from invoices.rating.tariff import Item, Tariff
from invoices.rating.vocabulary import QuantityRule

RULE_MODULES = (device_days, free_tier, lines, pricing, quantities)
"""Imported so that every rule is registered before the first month is rated."""


@dataclass(frozen=True, slots=True)
class Rated:
    """Charges of the accounts that could be rated, and the reasons of those that could not."""

    lines: pl.DataFrame
    problems: Mapping[int, Sequence[Problem]]


def rate(frames: Frames, *, tariff: Tariff, days: Sequence[date], rules: RuleSet) -> Rated:
    """Rate the given days of the tariff's month.

    Raises `AmountTooGreat` when an amount leaves the range of exact decimals: the caller then rates
    account by account.
    """
    try:
        return _rate(frames, tariff, days, rules)
    except pl.exceptions.ComputeError as error:
        raise totals.AmountTooGreat(f"An amount is too great to be exact: {error}") from error


def _rate(frames: Frames, tariff: Tariff, days: Sequence[date], rules: RuleSet) -> Rated:
    facts = Facts(frames, days, rules["device_days"].function(frames, days))
    wanted = _quantities(facts, tariff, rules)
    priced = rules["price_choice"].function(wanted, tariff.book())
    problems = _by_account(
        _unbilled_meters(frames, tariff),
        pricing.missing_prices(priced, frames.devices, coverage=tariff.coverage),
    )
    sound = priced.filter(~pl.col("account_id").is_in(list(problems)))
    charged = rules["amount"].function(sound, frames.devices, tariff)
    discounted = pl.concat([charged, _free_tiers(charged, tariff, rules)])
    problems |= _by_account(naming.unusable(discounted))
    billable = discounted.filter(~pl.col("account_id").is_in(list(problems)))
    totals.guard(billable)
    return Rated(lines.in_order(billable, frames.devices), problems)


def _quantities(facts: Facts, tariff: Tariff, rules: RuleSet) -> pl.DataFrame:
    return gather(
        (
            rules[item.rule]
            .function(item, facts)
            .with_columns(code=pl.lit(item.code), rule=pl.lit(rules[item.rule].label))
            for item in tariff.items
            if item.rule != QuantityRule.FREE_TIER
        ),
        QUANTITIES,
    )


def _free_tiers(charged: pl.DataFrame, tariff: Tariff, rules: RuleSet) -> pl.DataFrame:
    version = rules["free_tier"]
    tiers = [
        version.function(
            item,
            charged,
            month=tariff.month.compact,
            tax_date=lines.tax_date(tariff.month),
            label=version.label,
        )
        for item in tariff.items
        if item.rule == QuantityRule.FREE_TIER
    ]
    return gather(tiers, LINES) if tiers else empty(LINES)


def _unbilled_meters(frames: Frames, tariff: Tariff) -> Iterator[tuple[int, Problem]]:
    """Usage that no item counts would be given away in silence (design.md §4.10)."""
    billed = {meter for item in tariff.items for meter in _meters(item)}
    rows = (
        frames.usage.filter(~pl.col("meter").is_in(list(billed)))
        .select("account_id", "meter")
        .unique()
        .sort("account_id", "meter")
    )
    for account_id, meter in rows.iter_rows():
        yield (
            account_id,
            Problem(
                what=f"No billing item of coverage {tariff.coverage} counts the meter {meter}.",
                remedy="Add an item with this meter to the catalogue, then retry.",
            ),
        )


def _meters(item: Item) -> Sequence[str]:
    meters: Sequence[str] = item.inputs.get("meters", ())
    return meters


def _by_account(*sources: Iterator[tuple[int, Problem]]) -> dict[int, list[Problem]]:
    gathered: dict[int, list[Problem]] = defaultdict(list)
    for source in sources:
        for account_id, problem in source:
            gathered[account_id].append(problem)
    return dict(gathered)
