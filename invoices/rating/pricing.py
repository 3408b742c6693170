"""Which price each quantity bears (docs/rating.md, `price_choice`), and what is missing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from billing_portal.common.periods import Month
from invoices.rating import positions
from invoices.rating.facts import DAY, Facts
from invoices.rating.positions import Position, Positions
from invoices.rating.problems import Problem
from invoices.rating.registry import RuleSet, rule
from invoices.rating.subjects import Subjects
from invoices.rating.tariff import FLAT, Item, Price, PriceBook

LISTED = 5
"""How many missing prices of one account are named; a whole fleet misses the same one."""


@rule("price_choice")
def choice(book: PriceBook, *, code: str, plan: str, variant: str, day: date) -> Price | None:
    """The latest price that began on that day or before it; None where there is none.

    A row for the plan and the variant goes before one for the plan, that before one for the
    variant, that before a general one.
    """
    return book.find(code=code, plan=plan, variant=variant, day=day)


@dataclass(frozen=True, slots=True)
class Pricing:
    """How the quantities of a month find their positions.

    Prices are looked up for each case that occurs, never for each row. A case is a variant, the
    plan if the item has prices by plan or none at all, and the day on which a price begins.
    """

    facts: Facts
    book: PriceBook
    rules: RuleSet
    positions: Positions
    month: Month
    taxed_on: date | None = None

    def priced(self, item: Item, quantities: pl.DataFrame) -> pl.DataFrame:
        """The quantities of an item, each with its `position`; see `quantities` for their columns.

        Usage bears the tax rate of the billed month, a contract that of its renewal (Q37).
        """
        if "taxed_on" not in quantities.columns:
            return replace(self, taxed_on=self.month.last_day)._priced(item, quantities)
        parts = quantities.sort("taxed_on").partition_by("taxed_on", as_dict=True)
        priced = [replace(self, taxed_on=on)._priced(item, part) for (on,), part in parts.items()]
        return pl.concat(priced) if priced else self._priced(item, quantities)

    def _priced(self, item: Item, quantities: pl.DataFrame) -> pl.DataFrame:
        """An item with `plans`, or `except_plans`, is for devices of these, or of all others."""
        taken = {plan for plan in self.facts.plans if item.takes(plan)}
        rows = self._complete(item, quantities if taken else quantities.clear())
        if taken != self.facts.plans:
            plan = pl.col("plan").cast(pl.String).is_in(list(taken), nulls_equal=True)
            rows = self._with_plan(rows).filter(plan)
        if not self.book.has_plans(item.code):
            found, whole = self._positions(item, rows.with_columns(plan=_nothing()))
            if whole:
                return rows.with_columns(position=found)
        found, _whole = self._positions(item, self._with_plan(rows))
        return rows.with_columns(position=found)

    def _complete(self, item: Item, rows: pl.DataFrame) -> pl.DataFrame:
        """Add what a rule may leave out, and the day from which on the prices hold (`since`)."""
        usual = {
            "variant": pl.lit("", dtype=pl.Categorical),
            "quantity": pl.lit(1),
            "priced_on": pl.col("day"),
        }
        absent = {name: value for name, value in usual.items() if name not in rows.columns}
        complete = rows.with_columns(**absent)
        starts = [1, *self.book.starts(item.code, self.month)]
        if not starts[1:]:
            return complete.with_columns(since=pl.lit(1, DAY))
        days = range(self.month.last_day.day + 1)
        since = [max((start for start in starts if start <= day), default=1) for day in days]
        by_day = pl.lit(pl.Series(since, dtype=DAY))
        return complete.with_columns(since=by_day.gather(pl.col("priced_on")))

    def _with_plan(self, rows: pl.DataFrame) -> pl.DataFrame:
        if "plan" in rows.columns:
            return rows
        on = rows.select("subject", day="priced_on")
        return rows.with_columns(plan=self.facts.plan_of(on))

    def _positions(self, item: Item, rows: pl.DataFrame) -> tuple[pl.Series, bool]:
        """The position of each row, and whether all of them have a price."""
        case = rows.select(case=_packed()).to_series()
        places = case.arg_unique()
        cases = rows[places].select("plan", pl.col("variant").cast(pl.String), "since")
        found = [self._position(item, *each) for each in cases.iter_rows()]
        for each in sorted(found, key=lambda position: position.since):
            self.positions.number(each)  # of what is missing, the first day is told
        numbers = pl.DataFrame(
            {
                "case": case.gather(places),
                "position": pl.Series(map(self.positions.number, found), dtype=positions.NUMBER),
            }
        )
        joined = case.to_frame().join(numbers, on="case", how="left", maintain_order="left")
        return joined["position"], all(each.unit_price is not None for each in found)

    def _position(self, item: Item, plan: str | None, variant: str, since: int) -> Position:
        day = self.month.first_day.replace(day=since)
        price: Price | None = self.rules["price_choice"].function(
            self.book, code=item.code, plan=plan or "", variant=variant, day=day
        )
        return Position(
            item=item,
            variant=variant if price is None else item.told_apart(variant),
            unit_price=None if price is None else price.unit_price,
            price="" if price is None else price.key,
            rule=self.rules[item.rule].label,
            tax_date=self.taxed_on or self.month.last_day,
            plan=plan if price is None else None,
            since=since if price is None else 0,
            tiering=price if price is not None and price.kind != FLAT else None,
        )


def _nothing() -> pl.Expr:
    return pl.lit(None, dtype=pl.Categorical)


def _packed() -> pl.Expr:
    """Plan, variant and day in one number; no plan is 0."""
    plan = (pl.col("plan").to_physical().cast(pl.UInt64) + 1).fill_null(0)
    variant = pl.col("variant").to_physical().cast(pl.UInt64)
    return (plan * 2**32 + variant) * 2**8 + pl.col("since")


def missing_prices(
    rows: pl.DataFrame, known: Positions, subjects: Subjects, *, coverage: str, month: Month
) -> Iterator[tuple[int, Problem]]:
    """The reasons for which accounts cannot be rated, a few for each account."""
    missing = known.unpriced
    if not missing:
        return
    named: Counter[int] = Counter()
    for account_id, number, day, device in sorted(
        _first_of(rows.filter(pl.col("position").is_in(list(missing))), subjects).iter_rows(),
        key=lambda row: (row[0], _alphabetical(missing[row[1]])),
    ):
        named[account_id] += 1
        if named[account_id] <= LISTED:
            position = missing[number]
            on = month.first_day.replace(day=day or position.since)
            yield account_id, _problem(position, on, device, coverage)


def _first_of(rows: pl.DataFrame, subjects: Subjects) -> pl.DataFrame:
    """Account, position, first day and first device (None: only the account itself) of rows."""
    bearers = subjects.table[rows["subject"]]
    return (
        rows.select("position", "day", bearers["account_id"], bearers["key"].replace("", None))
        .group_by("account_id", "position")
        .agg(pl.col("day").min(), pl.col("key").min())
    )


def _alphabetical(position: Position) -> tuple[str, str, str]:
    return position.item.code, position.plan or "", position.variant


def _problem(position: Position, day: date, device: str | None, coverage: str) -> Problem:
    code = position.item.code
    if position.plan is None and device is not None:
        return Problem(
            what=f"The device {device} has no plan on {day}, and {code} has no price without one.",
            remedy="Give the device a plan from that day, or add a price without a plan.",
        )
    variant = f", variant {position.variant}" if position.variant else ""
    plan = f", plan {position.plan}" if position.plan else ""
    return Problem(
        what=f"There is no price for {code} ({coverage}{plan}{variant}) on {day}.",
        remedy="Add the price to the catalogue with manage.py load_catalog, then retry.",
    )
