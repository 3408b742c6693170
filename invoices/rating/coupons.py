"""`coupon`: what prepaid coupons pay of a month, the last step of rating (rules.md Q23 to Q28)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import chain

import polars as pl

from billing_portal.common.money import CONTEXT
from invoices.rating import totals
from invoices.rating.charges import with_amounts
from invoices.rating.facts import WHOLE_MONTH, Facts
from invoices.rating.positions import Position, Positions
from invoices.rating.problems import Problem
from invoices.rating.registry import RuleSet, rule
from invoices.rating.rows import SCHEMA
from invoices.rating.tariff import Item
from invoices.rating.vocabulary import TaxCategory

COUPON = "coupon"
NOTHING = Decimal(0)
_ORDER = {TaxCategory.STANDARD: 0, TaxCategory.REDUCED: 1, TaxCategory.OUT_OF_SCOPE: 2}


@dataclass(frozen=True, slots=True)
class Taxed:
    """What decides the tax rate of an amount."""

    category: str
    day: date

    @property
    def place(self) -> tuple[int, int]:
        """The highest rate first: by category; of one category, the later day (rules.md Q27)."""
        return _ORDER[TaxCategory(self.category)], -self.day.toordinal()


Amounts = Mapping[tuple[str, Taxed], Decimal]
"""What an account is charged by item and tax, discounts with their minus."""


@dataclass(frozen=True, slots=True)
class Purse:
    """A coupon as a month opens. `pays` are the items that it pays; None: everything."""

    code: str
    item: str
    balance: Decimal
    pays: frozenset[str] | None

    def reaches(self, item: str) -> bool:
        return self.pays is None or item in self.pays

    def meets(self, other: "Purse") -> bool:
        """Tell whether both could pay the same charge."""
        return self.pays is None or other.pays is None or bool(self.pays & other.pays)


@dataclass(frozen=True, slots=True)
class Use:
    """What is taken from a coupon, above zero, off the amounts of one tax."""

    purse: Purse
    tax: Taxed
    amount: Decimal


@rule("coupon")
def coupon(purses: Sequence[Purse], charged: Amounts, *, most: Decimal | None = None) -> list[Use]:
    """What each coupon pays, in their order: never more than it holds, or than there is to pay.

    Inputs of its item: `items` that it pays; none: everything. The highest tax rate is paid first.
    What one coupon paid is gone for each later one that could have paid it too. `most` is what all
    of them can pay, told where delta lines lower the bill: what an item coupon pays may be owed,
    while the bill as a whole is not (rules.md Q32).
    """
    uses: list[Use] = []
    for purse in purses:
        due = _due(purse, charged, uses)
        left = min(purse.balance, max(_total(due.values()), NOTHING))
        if most is not None:
            paid = _total(use.amount for use in uses)
            left = min(left, max(CONTEXT.subtract(most, paid), NOTHING))
        for tax in sorted(due, key=lambda each: each.place):
            amount = min(left, due[tax])
            if amount > 0:
                uses.append(Use(purse, tax, amount))
                left = CONTEXT.subtract(left, amount)
    return uses


def _due(purse: Purse, charged: Amounts, uses: Iterable[Use]) -> dict[Taxed, Decimal]:
    """What is there to be paid by a coupon, by tax."""
    due: dict[Taxed, Decimal] = {}
    for (item, tax), amount in charged.items():
        if purse.reaches(item):
            due[tax] = CONTEXT.add(due.get(tax, NOTHING), amount)
    for use in uses:
        if purse.meets(use.purse):
            due[use.tax] = CONTEXT.subtract(due.get(use.tax, NOTHING), use.amount)
    return due


def limit(deltas: pl.DataFrame, account_id: int, charged: Amounts) -> dict[str, Decimal]:
    """The `most` that coupons of an account pay; nothing is said where it has no delta lines."""
    if account_id not in deltas["account_id"]:
        return {}
    return {"most": _total(charged.values())}


def _total(amounts: Iterable[Decimal]) -> Decimal:
    total = NOTHING
    for amount in amounts:
        total = CONTEXT.add(total, amount)
    return total


def group_of(item: Item, items: Collection[Item]) -> frozenset[str] | None:
    """What a coupon of this item pays: the items it names, less all that takes back from them."""
    named = frozenset(item.inputs.get("items", ()))
    if not named:
        return None
    discounts = {each.code for each in items if _takes_back(each) & named}
    return named | discounts


def _takes_back(item: Item) -> frozenset[str]:
    lowers = item.rule in ("free_tier", "volume_discount", "long_term_discount")
    return frozenset(item.inputs["items"] if lowers else ())


@dataclass(frozen=True)
class Coupons:
    """The coupons of a shard, applied to its charges."""

    facts: Facts
    items: Sequence[Item]
    positions: Positions
    rules: RuleSet
    uses: dict[int, list[tuple[str, Decimal]]] = field(default_factory=dict)

    @property
    def table(self) -> pl.DataFrame:
        return self.facts.frames.coupons

    def unknown(self) -> Iterator[tuple[int, Problem]]:
        """The reasons of accounts with a coupon that the catalogue of the month does not have."""
        known = [item.code for item in self.items if item.rule == COUPON]
        strange = self.table.filter(~pl.col("item").is_in(known)).sort("account_id", "code")
        for account_id, code, item in strange.select("account_id", "code", "item").iter_rows():
            yield (
                account_id,
                Problem(
                    what=f"The coupon {code} is of {item}, which is no coupon of the catalogue.",
                    remedy="Give the item the rule coupon again, or cancel the coupon; then retry.",
                ),
            )

    def lines(self, charged: pl.DataFrame) -> pl.DataFrame:
        """The negative rows of the month, each of one coupon and tax; fills in `uses`.

        Nothing is looked through for accounts without coupons.
        """
        purses = self._purses()
        schema = SCHEMA | {"quantity": pl.Int64}
        if not purses:
            return pl.DataFrame(schema=schema)
        rows = [
            row
            for account_id, amounts in self._amounts(charged, purses).items()
            for row in self._paid(account_id, purses[account_id], amounts)
        ]
        return pl.DataFrame(rows, schema=schema, orient="row")

    def _paid(
        self, account_id: int, purses: Sequence[Purse], amounts: Amounts
    ) -> Iterator[tuple[int, int, int, int]]:
        uses: list[Use] = self.rules[COUPON].function(
            purses, amounts, **limit(self.facts.frames.deltas, account_id, amounts)
        )
        _first, account = self.facts.subjects.spans[account_id]
        taken: dict[str, Decimal] = {}
        for use in uses:
            code = use.purse.code
            taken[code] = CONTEXT.add(taken.get(code, NOTHING), use.amount)
            unit_price, quantity = _line(use.amount)
            yield account, WHOLE_MONTH, self._number(use, unit_price), quantity
        self.uses[account_id] = list(taken.items())

    def _purses(self) -> dict[int, list[Purse]]:
        """By account, in the order of use (rules.md Q23)."""
        items = {item.code: item for item in self.items if item.rule == COUPON}
        groups = {code: group_of(item, self.items) for code, item in items.items()}
        found: dict[int, list[Purse]] = {}
        names = ("account_id", "code", "item", "balance")
        known = self.table.filter(pl.col("item").is_in(list(items)))
        for account_id, code, item, balance in (
            known.sort("expires", "purchased", "code").select(names).iter_rows()
        ):
            found.setdefault(account_id, []).append(Purse(code, item, balance, groups[item]))
        return {
            account_id: sorted(purses, key=lambda purse: purse.pays is None)
            for account_id, purses in found.items()
        }

    def _amounts(
        self, charged: pl.DataFrame, account_ids: Collection[int]
    ) -> dict[int, dict[tuple[str, Taxed], Decimal]]:
        subjects = self.facts.subjects
        bears = subjects.table["account_id"].is_in(list(account_ids))
        rows = charged.filter(bears.gather(charged["subject"]))
        counted = totals.tally(rows, subjects)
        places = self.positions.table[counted["position"]]
        stated = with_amounts(pl.concat([counted, places], how="horizontal"), self.rules)
        found: dict[int, dict[tuple[str, Taxed], Decimal]] = {}
        columns = ("account_id", "code", "tax_category", "tax_date", "amount")
        deltas = self.facts.frames.deltas.filter(pl.col("account_id").is_in(list(account_ids)))
        more = with_amounts(deltas, self.rules).select(columns).iter_rows()
        for account_id, code, category, day, amount in chain(
            stated.select(columns).iter_rows(), more
        ):
            mine = found.setdefault(account_id, {})
            key = code, Taxed(category, day)
            mine[key] = CONTEXT.add(mine.get(key, NOTHING), amount)
        return found

    def _number(self, use: Use, unit_price: Decimal) -> int:
        """A line bears the tax of what it pays (Q28); its price is named by the coupon."""
        item = next(each for each in self.items if each.code == use.purse.item)
        return self.positions.number(
            Position(
                item=replace(item, tax_category=use.tax.category),
                variant="",
                unit_price=unit_price,
                price=use.purse.code,
                rule=self.rules[COUPON].label,
                tax_date=use.tax.day,
            )
        )


def _line(amount: Decimal) -> tuple[Decimal, int]:
    """Unit price and quantity: −1 and the amount (rules.md Q17), or once what has a fraction."""
    if amount == amount.to_integral_value():
        return Decimal(-1), int(amount)
    return amount.copy_negate(), 1
