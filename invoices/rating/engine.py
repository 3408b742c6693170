"""Rating: facts and a tariff in, charges out. Pure, columnar, many accounts at once."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

import polars as pl

from invoices.rating import (
    charges,
    coupons,
    deltas,
    device_days,
    free_tier,
    long_term,
    naming,
    pricing,
    quantities,
    rounded_up,
    rows,
    tiers,
    totals,
    volume_discount,
)
from invoices.rating.charges import Charges
from invoices.rating.coupons import Coupons
from invoices.rating.derived import DERIVED, STEPS, Derived
from invoices.rating.facts import Facts, narrow_periods
from invoices.rating.frames import Frames
from invoices.rating.positions import Positions
from invoices.rating.pricing import Pricing
from invoices.rating.problems import Problem
from invoices.rating.registry import RuleSet
from invoices.rating.subjects import subjects_of
from invoices.rating.tariff import Item, Tariff
from invoices.rating.tiers import Tiers
from invoices.rating.totals import Sums
from invoices.rating.unbilled import unbilled

RULE_MODULES = (
    *(charges, coupons, device_days, free_tier, pricing, quantities),
    *(long_term, rounded_up, tiers, volume_discount),
)
"""Imported so that every rule is registered before the first month is rated."""


@dataclass(frozen=True)
class Rated:
    """Charges and sums of the accounts that could be rated, the reasons of those that could not.

    `uses` are codes of coupons, and what each account takes from them, in the order of use.
    A preliminary month leaves out its one-off charges; `whole` is then the month of the accounts
    that have some, with them.
    """

    charges: Charges
    sums: Mapping[int, Sums]
    problems: Mapping[int, Sequence[Problem]]
    uses: Mapping[int, Sequence[tuple[str, Decimal]]]
    whole: "Rated | None" = None

    @cached_property
    def lines(self) -> pl.DataFrame:
        """All charges written out."""
        return self.charges.lines


def rate(
    frames: Frames,
    *,
    tariff: Tariff,
    days: Sequence[date],
    rules: RuleSet,
    preliminary: bool = False,
) -> Rated:
    """Rate the given days of the tariff's month; `preliminary` as the running month shows it.

    Raises `AmountTooGreat` when an amount leaves the range of exact decimals: the caller then rates
    account by account.
    """
    try:
        rating = _Rating(frames, tariff, days, rules)
        return rating.preliminary() if preliminary else rating.rated()
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
        self.facts = Facts(
            frames=frames,
            month=tariff.month,
            days=days,
            subjects=self.subjects,
            periods=narrow_periods(periods, self.subjects),
        )
        self.positions = Positions()
        self.problems: dict[int, list[Problem]] = defaultdict(list)

    def rated(self) -> Rated:
        return self._finished(self._counted())

    def preliminary(self) -> Rated:
        """The month without its one-off charges, and with them where there are any (Q31).

        Counted and priced once; discounts and coupons are told for each of the two.
        """
        charged = self._counted()
        once = [n for n, position in enumerate(self.positions.rows) if position.item.one_off]
        is_once = charged["position"].is_in(once)
        if not is_once.any():
            return self._finished(charged)
        accounts = self.subjects.table["account_id"].gather(charged["subject"])
        bearing = accounts.filter(is_once).unique()
        whole = self._finished(charged.filter(accounts.is_in(bearing.implode())), only=bearing)
        return replace(self._finished(charged.filter(~is_once)), whole=whole)

    def _counted(self) -> pl.DataFrame:
        """What can be charged, at its prices, before anything that follows from it."""
        self._note(unbilled(self.facts, self.tariff))
        self._note(self._coupons().unknown())
        return self._in_tiers(self._sound(self._charged()))

    def _finished(self, charged: pl.DataFrame, only: pl.Series | None = None) -> Rated:
        """With discounts and coupons, in order and added up; perhaps of some accounts only."""
        derived = self._derived(charged)
        coupons = self._coupons()
        paid = self._paid(coupons, pl.concat([charged, derived]))
        parts = [charged, derived, paid]
        counted = pl.concat([totals.tally(part, self.subjects) for part in parts])
        unusable = self._note(naming.unusable(counted, self.positions.table))
        billable = self._without(unusable, pl.concat(parts))
        month = Charges(
            rows=rows.in_order(billable, self.positions),
            subjects=self.subjects,
            positions=self.positions.table,
            month=self.tariff.month,
            rules=self.rules,
        )
        counted = counted.filter(~pl.col("account_id").is_in(list(unusable)))
        sums = totals.sums(counted, month)
        late = self.facts.frames.deltas
        if late.height:
            own = late if only is None else late.filter(pl.col("account_id").is_in(only.implode()))
            sums = deltas.added(sums, own, self.tariff.month, self.rules)
        return Rated(month, sums, dict(self.problems), coupons.uses)

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
            for item in self.tariff.items
            if item.rule not in DERIVED and self._applies(item)
        )
        gathered = rows.gathered(counted, self.facts.counting)
        return rows.merged(gathered, self.positions)

    def _applies(self, item: Item) -> bool:
        """Whether the item could be charged at all, by what the shard has."""
        return any(map(item.takes, self.facts.plans)) and self.rules[item.rule].applies(
            item, self.facts
        )

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

    def _in_tiers(self, charged: pl.DataFrame) -> pl.DataFrame:
        tiering = Tiers(self.subjects, self.positions, self.tariff.month, self.rules)
        return tiering.applied(charged)

    def _derived(self, charged: pl.DataFrame) -> pl.DataFrame:
        """The lines that follow from the charges, each step from those before it."""
        found = rows.gathered([], self.facts.counting)
        for names in STEPS:
            before = pl.concat([charged, found])
            seen = Derived(before, self.facts, self.positions, self.rules)
            items = [item for item in self.tariff.items if item.rule in names and seen.sees(item)]
            if items:
                lines = map(seen.lines_of, items)
                found = pl.concat([found, rows.gathered(lines, self.facts.counting)])
        return found

    def _coupons(self) -> Coupons:
        return Coupons(self.facts, self.tariff.items, self.positions, self.rules)

    def _paid(self, coupons: Coupons, charged: pl.DataFrame) -> pl.DataFrame:
        """What coupons pay, as lines."""
        return rows.gathered([coupons.lines(charged)], self.facts.counting)

    def _note(self, found: Iterator[tuple[int, Problem]]) -> set[int]:
        """Keep the reasons; return the accounts that they are of."""
        noted = set()
        for account_id, problem in found:
            if problem not in self.problems[account_id]:
                self.problems[account_id].append(problem)
            noted.add(account_id)
        return noted

    def _without(self, account_ids: Collection[int], charged: pl.DataFrame) -> pl.DataFrame:
        if not account_ids:
            return charged
        parked = self.subjects.table["account_id"].is_in(list(account_ids))
        return charged.filter(~parked.gather(charged["subject"]))
