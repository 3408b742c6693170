"""Rating: facts and a tariff in, charges out. Pure, columnar, many accounts at once."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from invoices.rating import (
    charges,
    device_days,
    free_tier,
    naming,
    pricing,
    quantities,
    rows,
    totals,
)
from invoices.rating.charges import Charges
from invoices.rating.discounts import Discounts
from invoices.rating.facts import Facts, narrow_periods
from invoices.rating.frames import Frames
from invoices.rating.positions import Positions
from invoices.rating.pricing import Pricing
from invoices.rating.problems import Problem
from invoices.rating.registry import RuleSet
from invoices.rating.subjects import subjects_of
from invoices.rating.tariff import Item, Tariff
from invoices.rating.totals import Sums
from invoices.rating.vocabulary import QuantityRule

RULE_MODULES = (charges, device_days, free_tier, pricing, quantities)
"""Imported so that every rule is registered before the first month is rated."""


@dataclass(frozen=True)
class Rated:
    """Charges and sums of the accounts that could be rated, the reasons of those that could not."""

    charges: Charges
    sums: Mapping[int, Sums]
    problems: Mapping[int, Sequence[Problem]]

    @cached_property
    def lines(self) -> pl.DataFrame:
        """All charges written out."""
        return self.charges.lines


def rate(frames: Frames, *, tariff: Tariff, days: Sequence[date], rules: RuleSet) -> Rated:
    """Rate the given days of the tariff's month.

    Raises `AmountTooGreat` when an amount leaves the range of exact decimals: the caller then rates
    account by account.
    """
    try:
        return _Rating(frames, tariff, days, rules).rated()
    except pl.exceptions.ComputeError as error:
        raise totals.AmountTooGreat(f"An amount is too great to be exact: {error}") from error


class _Rating:
    """The steps of rating one month, each on the rows that the one before it left."""

    def __init__(
        self, frames: Frames, tariff: Tariff, days: Sequence[date], rules: RuleSet
    ) -> None:
        self.tariff, self.rules = tariff, rules
        self.subjects = subjects_of(frames)
        periods = rules["device_days"].function(frames, days)
        self.facts = Facts(frames, days, self.subjects, narrow_periods(periods, self.subjects))
        self.positions = Positions()
        self.problems: dict[int, list[Problem]] = defaultdict(list)

    def rated(self) -> Rated:
        self._note(_unbilled_meters(self.facts.frames, self.tariff))
        charged = self._sound(self._charged())
        lowered = rows.gathered(self._free_tiers(charged), self.facts.counting)
        counted = pl.concat([totals.tally(part, self.subjects) for part in (charged, lowered)])
        unusable = self._note(naming.unusable(counted, self.positions.table))
        billable = self._without(unusable, pl.concat([charged, lowered]))
        month = Charges(
            rows=rows.in_order(billable, self.positions),
            subjects=self.subjects,
            positions=self.positions.table,
            month=self.tariff.month,
            rules=self.rules,
        )
        counted = counted.filter(~pl.col("account_id").is_in(list(unusable)))
        return Rated(month, totals.sums(counted, month), dict(self.problems))

    def _charged(self) -> pl.DataFrame:
        """What the quantity rules count, each with its price."""
        pricer = Pricing(
            facts=self.facts,
            book=self.tariff.book(),
            rules=self.rules,
            positions=self.positions,
            month=self.tariff.month,
        )
        counted = (
            pricer.priced(item, self.rules[item.rule].function(item, self.facts))
            for item in self._items(discounts=False)
        )
        gathered = rows.gathered(counted, self.facts.counting)
        return rows.merged(gathered, self.positions)

    def _sound(self, charged: pl.DataFrame) -> pl.DataFrame:
        self._note(
            pricing.missing_prices(
                charged,
                self.positions,
                self.subjects,
                coverage=self.tariff.coverage,
                month=self.tariff.month,
            )
        )
        return self._without(self.problems, charged)

    def _free_tiers(self, charged: pl.DataFrame) -> Iterator[pl.DataFrame]:
        seen = Discounts(charged, self.subjects, self.positions, self.tariff.month, self.rules)
        for item in self._items(discounts=True):
            yield seen.free_tier(item)

    def _items(self, *, discounts: bool) -> Iterator[Item]:
        for item in self.tariff.items:
            if (item.rule == QuantityRule.FREE_TIER) is discounts:
                yield item

    def _note(self, found: Iterator[tuple[int, Problem]]) -> set[int]:
        """Keep the reasons; return the accounts that they are of."""
        noted = set()
        for account_id, problem in found:
            self.problems[account_id].append(problem)
            noted.add(account_id)
        return noted

    def _without(self, account_ids: Collection[int], charged: pl.DataFrame) -> pl.DataFrame:
        if not account_ids:
            return charged
        parked = self.subjects.table["account_id"].is_in(list(account_ids))
        return charged.filter(~parked.gather(charged["subject"]))


def _unbilled_meters(frames: Frames, tariff: Tariff) -> Iterator[tuple[int, Problem]]:
    """Usage that no item counts would be given away in silence (design.md §4.10)."""
    billed = {meter for item in tariff.items for meter in item.inputs.get("meters", ())}
    used = frames.usage["meter"].unique().cast(pl.String)
    unbilled = used.filter(~used.is_in(list(billed))).to_list()
    if not unbilled:
        return
    found = frames.usage.select("account_id", pl.col("meter").cast(pl.String)).unique()
    for account_id, meter in (
        found.filter(pl.col("meter").is_in(unbilled)).sort(pl.all()).iter_rows()
    ):
        yield (
            account_id,
            Problem(
                what=f"No billing item of coverage {tariff.coverage} counts the meter {meter}.",
                remedy="Add an item with this meter to the catalogue, then retry.",
            ),
        )
