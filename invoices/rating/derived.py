"""Lines that follow from other lines: from what a rule gives to narrow rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from billing_portal.common.money import divide, exact
from invoices.rating import positions
from invoices.rating.coupons import COUPON
from invoices.rating.facts import DAY, WHOLE_MONTH, Facts
from invoices.rating.frames import AMOUNT, WORD
from invoices.rating.long_term import pools
from invoices.rating.positions import Position, Positions
from invoices.rating.registry import RuleSet
from invoices.rating.tariff import Item

STEPS = (("rounded_up",), ("free_tier",), ("volume_discount",), ("long_term_discount",))
"""The rules of each step, in their order: billed bytes are known before any are free (Q16)."""

DERIVED = frozenset({COUPON, *(rule for step in STEPS for rule in step)})
"""Rules that look at charges and not at facts; coupons are the last step of all."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What the later steps of a month look at: the charges before them."""

    rows: pl.DataFrame
    facts: Facts
    positions: Positions
    rules: RuleSet

    def sees(self, item: Item) -> bool:
        """Whether anything that the item looks at can have been charged."""
        return any(True for _position in self.positions.of(item.inputs["items"]))

    def lines_of(self, item: Item) -> pl.DataFrame:
        """The rows of one item, of whole months."""
        makers: Mapping[str, Callable[[Item], pl.DataFrame]] = {
            "rounded_up": self._rounded_up,
            "free_tier": self._free_tier,
            "volume_discount": self._volume_discount,
            "long_term_discount": self._long_term,
        }
        found = makers[item.rule](item)
        return found.with_columns(day=pl.lit(WHOLE_MONTH, dtype=DAY))

    def _rounded_up(self, item: Item) -> pl.DataFrame:
        """One row for each subject and variant, at the price of its last day of use (Q10)."""
        used = (
            self._of(item)
            .sort("day")
            .group_by("subject", "variant")
            .agg(pl.col("quantity").sum(), pl.col("position").last())
        )
        missing = self.rules[item.rule].function(used, inputs=item.inputs)
        numbers = {
            number: self._number(item, p.unit_price or Decimal(0), variant=p.variant, price=p.price)
            for number, p in self.positions.of(item.inputs["items"])
        }
        renumbered = pl.col("position").replace_strict(numbers, return_dtype=positions.NUMBER)
        result: pl.DataFrame = missing.with_columns(position=renumbered)
        return result

    def _free_tier(self, item: Item) -> pl.DataFrame:
        """One row for each unit price, so that price × quantity stays exact (rules.md Q15).

        Where plans have allowances of their own, what is used on each of them counts by itself.
        """
        priced = {
            number: position.unit_price
            for number, position in self.positions.of(item.inputs["items"])
            if position.unit_price
        }
        rows = self._of(item)
        if item.inputs["scope"] == "account":
            rows = rows.with_columns(subject=self.facts.subjects.accounts.gather(rows["subject"]))
        has_plans = "allowances" in item.inputs
        plan = plans_used_on(rows, self.facts) if has_plans else pl.lit("", dtype=WORD)
        used = self._by_price(rows.with_columns(plan=plan), priced)
        return self._taken_back(item, self.rules[item.rule].function(used, inputs=item.inputs))

    def _long_term(self, item: Item) -> pl.DataFrame:
        """One row of the account for each unit price that the contracts take back."""
        pool = pools(item.inputs["contract"], self.facts)
        rows = self._of(item)
        charged = rows.with_columns(subject=self.facts.subjects.accounts.gather(rows["subject"]))
        priced = {
            number: position.unit_price
            for number, position in self.positions.of(item.inputs["items"])
            if position.unit_price
        }
        used = (
            charged.join(_numbered(priced), on="position")
            .group_by("subject", "day", "unit_price")
            .agg(pl.col("quantity").sum())
        )
        return self._taken_back(item, self.rules[item.rule].function(used, pool=pool))

    def _taken_back(self, item: Item, freed: pl.DataFrame) -> pl.DataFrame:
        """The unit price carries the minus, the quantity stays positive (rules.md Q17)."""
        numbers = {
            self._number(item, price.copy_negate()): price
            for price in freed["unit_price"].unique().sort()
        }
        return freed.join(_numbered(numbers), on="unit_price")

    def _by_price(self, rows: pl.DataFrame, priced: Mapping[int, Decimal]) -> pl.DataFrame:
        """What each subject was charged for on each plan, by unit price."""
        # Adding up by position first leaves few rows to be joined.
        by_position = rows.group_by("subject", "plan", "position").agg(pl.col("quantity").sum())
        return (
            by_position.join(_numbered(priced), on="position")
            .group_by("subject", "plan", "unit_price")
            .agg(pl.col("quantity").sum())
        )

    def _volume_discount(self, item: Item) -> pl.DataFrame:
        """One row of the account for each border: the difference in price, with a minus."""
        rows = self._of(item)
        used = rows.with_columns(subject=self.facts.subjects.accounts.gather(rows["subject"]))
        above = self.rules[item.rule].function(used, inputs=item.inputs)
        less = [divide(exact(row["less"]), row.get("per", 1)) for row in item.inputs["borders"]]
        numbers = [self._number(item, price.copy_negate()) for price in less]
        by_border = pl.lit(pl.Series(numbers, dtype=positions.NUMBER))
        result: pl.DataFrame = above.with_columns(position=by_border.gather(pl.col("border")))
        return result

    def _of(self, item: Item) -> pl.DataFrame:
        """The charges of the items that an item looks at, with their `variant`."""
        wanted = [number for number, _position in self.positions.of(item.inputs["items"])]
        rows = self.rows.filter(pl.col("position").is_in(wanted))
        variants = pl.Series([p.variant for p in self.positions.rows], dtype=pl.String)
        return rows.with_columns(variant=variants.gather(rows["position"]))

    def _number(
        self, item: Item, unit_price: Decimal, *, variant: str = "", price: str = ""
    ) -> int:
        return self.positions.number(
            Position(
                item=item,
                variant=variant,
                unit_price=unit_price,
                price=price,
                rule=self.rules[item.rule].label,
                tax_date=self.facts.month.last_day,
            )
        )


def plans_used_on(rows: pl.DataFrame, facts: Facts) -> pl.Series:
    """The plan of the device on the day of each row; of the whole month, on its last day of use."""
    last = pl.col("day").max().over("subject")
    latest = pl.when(last > 0).then(last).otherwise(pl.lit(facts.last_day))
    day = pl.when(pl.col("day") > 0).then("day").otherwise(latest).cast(DAY)
    return facts.plan_of(rows.select("subject", day=day)).alias("plan")


def _numbered(prices: Mapping[int, Decimal]) -> pl.DataFrame:
    """`position` and `unit_price`, by way of text: Polars drops digits of Python's decimals."""
    texts = [format(price, "f") for price in prices.values()]
    return pl.DataFrame(
        {"position": list(prices), "unit_price": texts},
        schema={"position": positions.NUMBER, "unit_price": pl.String},
    ).with_columns(pl.col("unit_price").cast(AMOUNT))
