"""Lines that take back some of what was charged: from what a rule gives to narrow rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from billing_portal.common.periods import Month
from invoices.rating import positions
from invoices.rating.facts import DAY, WHOLE_MONTH
from invoices.rating.frames import AMOUNT
from invoices.rating.positions import Position, Positions
from invoices.rating.registry import RuleSet
from invoices.rating.subjects import Subjects
from invoices.rating.tariff import Item


@dataclass(frozen=True, slots=True)
class Discounts:
    """What the discounts of a month look at: the charges before them."""

    rows: pl.DataFrame
    subjects: Subjects
    positions: Positions
    month: Month
    rules: RuleSet

    def free_tier(self, item: Item) -> pl.DataFrame:
        """The rows of one free tier; nothing is looked through if nobody was charged for it."""
        priced = {
            number: position.unit_price
            for number, position in self.positions.of(item.inputs["items"])
            if position.unit_price
        }
        used = self._used(priced, by_account=item.inputs["scope"] == "account")
        return self._taken_back(item, self.rules[item.rule].function(used, inputs=item.inputs))

    def _used(self, priced: Mapping[int, Decimal], *, by_account: bool) -> pl.DataFrame:
        """What each subject, or the account as one, was charged for, by unit price."""
        rows = self.rows.filter(pl.col("position").is_in(list(priced)))
        if by_account:
            rows = rows.with_columns(subject=self.subjects.accounts.gather(rows["subject"]))
        # Adding up by position first leaves few rows to be joined.
        by_position = rows.group_by("subject", "position").agg(pl.col("quantity").sum())
        return (
            by_position.join(_numbered(priced), on="position")
            .group_by("subject", "unit_price")
            .agg(pl.col("quantity").sum())
        )

    def _taken_back(self, item: Item, freed: pl.DataFrame) -> pl.DataFrame:
        """Rows of the whole month, one for each unit price, so that price × quantity stays exact.

        The unit price carries the minus, the quantity stays positive (rules.md Q15, Q17).
        """
        numbers = {
            self.positions.number(self._position(item, price)): price
            for price in freed["unit_price"].unique().sort()
        }
        return freed.join(_numbered(numbers), on="unit_price").with_columns(
            day=pl.lit(WHOLE_MONTH, dtype=DAY)
        )

    def _position(self, item: Item, price: Decimal) -> Position:
        return Position(
            item=item,
            variant="",
            unit_price=price.copy_negate(),
            price="",
            rule=self.rules[item.rule].label,
            tax_date=self.month.last_day,
        )


def _numbered(prices: Mapping[int, Decimal]) -> pl.DataFrame:
    """`position` and `unit_price`, by way of text: Polars drops digits of Python's decimals."""
    texts = [format(price, "f") for price in prices.values()]
    return pl.DataFrame(
        {"position": list(prices), "unit_price": texts},
        schema={"position": positions.NUMBER, "unit_price": pl.String},
    ).with_columns(pl.col("unit_price").cast(AMOUNT))
