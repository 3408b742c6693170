"""Sums of charges: the bill, by item, by day; guarded, because Polars wraps silently."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from billing_portal.common.money import CONTEXT, LIMIT

BY_ITEM = ["name", "code", "category", "unit", "tax_category", "tax_date"]


class AmountTooGreat(ArithmeticError):
    """An amount, or a sum of amounts, of 10^14 or more, which exact decimals cannot hold."""


def guard(lines: pl.DataFrame) -> None:
    """Refuse amounts whose sum, in whatever order, could leave the range (stack.md, Polars 1)."""
    greatest = lines.select(pl.col("amount").abs().max()).item() or Decimal(0)
    if CONTEXT.multiply(greatest, Decimal(lines.height)) >= LIMIT:
        _guard_in_python(lines)


def _guard_in_python(lines: pl.DataFrame) -> None:
    # Python's own sum would drop digits after the 28th, and with them tell just below from at.
    total = Decimal(0)
    for amount in lines["amount"].to_list():
        total = CONTEXT.add(total, amount.copy_abs())
    if total >= LIMIT:
        raise AmountTooGreat(
            f"The amounts of this account come to {total:.0f}; 10^14 and more cannot be billed."
        )


@dataclass(frozen=True, slots=True)
class ItemSum:
    """What one billing name comes to in the month of one account."""

    name: str
    code: str
    category: str
    unit: str
    tax_category: str
    tax_date: date
    quantity: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class DaySum:
    """What one day (`yyyyMMdd`), or the lines of the whole month (`yyyyMM`), come to."""

    date: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Sums:
    """The month of one account: net, number of lines, and both ways to take it apart."""

    net: Decimal
    line_count: int
    items: tuple[ItemSum, ...]
    days: tuple[DaySum, ...]


def sums(lines: pl.DataFrame) -> dict[int, Sums]:
    """The sums of each account that has charges. The lines must have passed `guard`."""
    items, days = _by_item(lines), _by_day(lines)
    rows = lines.group_by("account_id").agg(pl.col("amount").sum(), pl.len()).iter_rows()
    return {
        account_id: Sums(net, count, tuple(items[account_id]), tuple(days[account_id]))
        for account_id, net, count in rows
    }


NOTHING = Sums(Decimal(0), 0, (), ())
"""The month of an account without charges."""


def _by_item(lines: pl.DataFrame) -> dict[int, list[ItemSum]]:
    rows = (
        lines.group_by("account_id", *BY_ITEM)
        .agg(pl.col("quantity").sum(), pl.col("amount").sum())
        .sort("account_id", *BY_ITEM)
    )
    found: dict[int, list[ItemSum]] = defaultdict(list)
    for account_id, *values in rows.iter_rows():
        found[account_id].append(ItemSum(*values))
    return found


def _by_day(lines: pl.DataFrame) -> dict[int, list[DaySum]]:
    rows = (
        lines.group_by("account_id", "date").agg(pl.col("amount").sum()).sort("account_id", "date")
    )
    found: dict[int, list[DaySum]] = defaultdict(list)
    for account_id, day, amount in rows.iter_rows():
        found[account_id].append(DaySum(day, amount))
    return found
