"""The lines of a bill: those of a device, an item, a day; and what they come to.

Lines stand in the detail file device by device, so those of one device are cut out by their place
and not looked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, overload

import polars as pl

from billing_portal.common.periods import Month, day_compact
from invoices.models import Bill
from invoices.selectors.breakdown import kept
from invoices.selectors.breakdown.details import scanned
from invoices.selectors.days import DayLine, corrected, day_line

COLUMNS = (
    *("kind", "device", "date", "name", "unit_price", "quantity", "amount"),
    *("code", "category", "unit", "rule", "price"),
)


@dataclass(frozen=True, slots=True)
class Where:
    """Which lines of a bill: everything that is not None must hold.

    `device` is an id, empty for lines that are of no device; `day` is written as in the detail CSV,
    `yyyyMM` for lines of the whole month (rules.md Q8).
    """

    item: str | None = None
    device: str | None = None
    day: str | None = None

    def __bool__(self) -> bool:
        return (self.item, self.device, self.day) != (None, None, None)


@dataclass(frozen=True, slots=True)
class Line:
    """One charge, as in the detail CSV, with the unit of its quantity; `day` is None for lines of
    the whole month.
    """

    kind: str
    device: str
    written: str
    day: date | None
    name: str
    unit_price: Decimal
    quantity: Decimal
    unit: str
    amount: Decimal
    code: str
    rule: str
    price: str


@dataclass(frozen=True, slots=True)
class ItemSum:
    """What one item comes to among the lines that were asked for; `corrects` as in a bill."""

    name: str
    code: str
    category: str
    unit: str
    quantity: Decimal
    amount: Decimal
    corrects: Month | None = None


class Lines(Sequence[Line]):
    """The lines that were asked for, in the order of the detail file; read when they are shown."""

    def __init__(self, bill: Bill, where: Where) -> None:
        self._bill = bill
        self._where = where
        with _chosen(bill, where) as chosen:
            sums = chosen.select(
                pl.len(),
                pl.col("amount").sum(),
                pl.col("quantity").sum(),
                pl.col("unit").n_unique(),
            ).collect(engine="streaming")
        self._count, self.amount, self.quantity, self.units = sums.row(0)

    def __len__(self) -> int:
        return int(self._count)

    @overload
    def __getitem__(self, key: int) -> Line: ...

    @overload
    def __getitem__(self, key: slice) -> list[Line]: ...

    def __getitem__(self, key: int | slice) -> Line | list[Line]:
        if isinstance(key, int):
            return self[key : key + 1][0]
        start, stop, _step = key.indices(len(self))
        with _chosen(self._bill, self._where) as chosen:
            part = chosen.select(COLUMNS).slice(start, stop - start).collect(engine="streaming")
        days = _days(self._bill.month)
        return [_line(row, days) for row in part.iter_rows(named=True)]


def lines(bill: Bill, *, where: Where) -> Lines:
    """The lines of a bill that are asked for, counted and summed up."""
    return Lines(bill, where)


def by_item(bill: Bill, *, where: Where) -> list[ItemSum]:
    """What the lines that are asked for come to by item."""
    with _chosen(bill, where) as chosen:
        sums = (
            chosen.group_by("name", "code", "category", "unit", pl.col("date").str.slice(0, 6))
            .agg(pl.col("quantity").sum(), pl.col("amount").sum())
            .sort("name", "date")
            .collect(engine="streaming")
        )
    return [
        ItemSum(**row, corrects=corrected(written, bill.month))
        for row, written in zip(sums.drop("date").iter_rows(named=True), sums["date"], strict=True)
    ]


def by_day(bill: Bill, *, where: Where) -> list[DayLine]:
    """What the lines that are asked for come to by day, those of the whole month included."""
    with _chosen(bill, where) as chosen:
        sums = (
            chosen.group_by("date")
            .agg(pl.col("amount").sum())
            .sort("date")
            .collect(engine="streaming")
        )
    return [day_line(written, amount, bill.month) for written, amount in sums.iter_rows()]


@contextmanager
def _chosen(bill: Bill, where: Where) -> Iterator[pl.LazyFrame]:
    """The lines that are asked for, not read yet; the file may be gone afterwards."""
    with scanned(bill) as own:
        chosen = own
        if where.device is not None:
            chosen = chosen.slice(*_place(bill, where.device))
        if where.item is not None:
            chosen = chosen.filter(pl.col("name") == where.item)
        if where.day is not None:
            chosen = chosen.filter(pl.col("date") == where.day)
        yield chosen


def _place(bill: Bill, device: str) -> tuple[int, int]:
    """Where the lines of a device begin, and how many there are."""
    own = kept.totals(bill, ("device", "row", "lines")).filter(pl.col("device") == device)
    return (own["row"].min() or 0, own["lines"].sum()) if own.height else (0, 0)  # type: ignore[return-value]


def _days(month: Month) -> dict[str, date]:
    return {day_compact(day): day for day in month.days}


def _line(row: Mapping[str, Any], days: Mapping[str, date]) -> Line:
    return Line(
        kind=row["kind"],
        device=row["device"],
        written=row["date"],
        day=days.get(row["date"]),
        name=row["name"],
        unit_price=row["unit_price"],
        quantity=row["quantity"],
        unit=row["unit"],
        amount=row["amount"],
        code=row["code"],
        rule=row["rule"],
        price=row["price"],
    )
