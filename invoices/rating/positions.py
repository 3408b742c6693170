"""What charges are for, by number: an item, a variant and the price that it bears.

A month of many devices has millions of charges, but few positions: names, prices and units are
written out only where a charge leaves rating.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import polars as pl

from invoices.rating.frames import AMOUNT
from invoices.rating.tariff import Item, Price

NUMBER = pl.UInt32
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "name": pl.String,
    "unit_price": pl.String,
    "price": pl.String,
    "code": pl.String,
    "variant": pl.String,
    "category": pl.String,
    "unit": pl.String,
    "tax_category": pl.String,
    "tax_date": pl.Date,
    "rule": pl.String,
}
Key = tuple[str, str, Decimal | None, str, str, date, str, str | None]


@dataclass(frozen=True, slots=True)
class Position:
    """One thing that is charged. `unit_price` is None where the catalogue has none.

    `price` is the key of its catalogue row, `rule` the version of the rule that counted it. The
    plan, and the first day of the month on which it is missing, are told only if the price is.
    """

    item: Item
    variant: str
    unit_price: Decimal | None
    price: str
    rule: str
    tax_date: date
    plan: str | None = None
    since: int = 0
    tiering: Price | None = None

    def in_tier(self, number: int, unit_price: Decimal) -> "Position":
        """The same at the price of one of its tiers, which the key of its price names."""
        key = f"{self.price}#{number + 1}"
        return replace(self, unit_price=unit_price, price=key, tiering=None)

    @property
    def name(self) -> str:
        return self.item.billing_name(self.variant)

    @property
    def key(self) -> Key:
        """What tells it apart. Of its item, only the tax of a coupon's line can be another."""
        return (
            *(self.item.code, self.variant, self.unit_price, self.price),
            *(self.rule, self.tax_date, self.item.tax_category, self.plan),
        )

    @property
    def place(self) -> tuple[str, Decimal]:
        """Charges of one subject and day stand by name, the dearest first."""
        price = self.unit_price or Decimal(0)
        return self.name, price.copy_abs().copy_negate()

    @property
    def row(self) -> tuple[object, ...]:
        """The values of SCHEMA. A price is text: Polars drops digits of a Decimal on its way in."""
        item = self.item
        price = None if self.unit_price is None else format(self.unit_price, "f")
        return (
            *(self.name, price, self.price, item.code, self.variant),
            *(item.category, item.unit, item.tax_category, self.tax_date, self.rule),
        )


@dataclass(slots=True)
class Positions:
    """Positions by number, in the order in which they came up."""

    rows: list[Position] = field(default_factory=list)
    numbers: dict[Key, int] = field(default_factory=dict)

    def number(self, position: Position) -> int:
        """The number of a position, a new one when it comes up for the first time."""
        number = self.numbers.setdefault(position.key, len(self.rows))
        if number == len(self.rows):
            self.rows.append(position)
        return number

    def of(self, codes: Iterable[str]) -> Iterator[tuple[int, Position]]:
        """What some items are charged by."""
        wanted = frozenset(codes)
        for number, position in enumerate(self.rows):
            if position.item.code in wanted:
                yield number, position

    @property
    def tiered(self) -> dict[int, Position]:
        return {n: position for n, position in enumerate(self.rows) if position.tiering}

    @property
    def unpriced(self) -> dict[int, Position]:
        return {n: position for n, position in enumerate(self.rows) if position.unit_price is None}

    @property
    def table(self) -> pl.DataFrame:
        """SCHEMA; row n is the position of number n."""
        rows = pl.DataFrame([each.row for each in self.rows], schema=SCHEMA, orient="row")
        return rows.with_columns(pl.col("unit_price").cast(AMOUNT))

    @property
    def places(self) -> pl.Series:
        """The place of each position among those of one subject and day; equals share one."""
        order = {place: n for n, place in enumerate(sorted({each.place for each in self.rows}))}
        return pl.Series([order[each.place] for each in self.rows], dtype=NUMBER)

    @property
    def ranks(self) -> pl.Series:
        """The same, but no two positions share one."""
        order = sorted(range(len(self.rows)), key=lambda number: (self.rows[number].place, number))
        return pl.Series(order, dtype=NUMBER).arg_sort()
