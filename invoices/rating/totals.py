"""Sums of charges: the bill, by item, by day; guarded, because Polars wraps silently."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

import polars as pl

from billing_portal.common.money import CONTEXT, LIMIT
from billing_portal.common.periods import Month
from invoices.rating.charges import Charges, with_amounts
from invoices.rating.rows import DAYS, PLACES
from invoices.rating.subjects import Subjects

BY_ITEM = ["name", "code", "category", "unit", "tax_category", "tax_date"]
Part = TypeVar("Part")


class AmountTooGreat(ArithmeticError):
    """An amount, or a sum of amounts, of 10^14 or more, which exact decimals cannot hold."""


def guard(amounts: pl.DataFrame) -> None:
    """Refuse amounts whose sum, in whatever order, could leave the range (stack.md, Polars 1)."""
    greatest = amounts.select(pl.col("amount").abs().max()).item() or Decimal(0)
    if CONTEXT.multiply(greatest, Decimal(amounts.height)) >= LIMIT:
        _guard_in_python(amounts)


def _guard_in_python(amounts: pl.DataFrame) -> None:
    # Python's own sum would drop digits after the 28th, and with them tell just below from at.
    total = Decimal(0)
    for amount in amounts["amount"].to_list():
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
    corrects: Month | None = None
    """The closed month that these lines correct; None for what is charged for the month itself."""


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

    def without(self, codes: Collection[str]) -> Decimal:
        """The net of all other items than these."""
        total = Decimal(0)
        for item in self.items:
            total = total if item.code in codes else CONTEXT.add(total, item.amount)
        return total


NOTHING = Sums(Decimal(0), 0, (), ())
"""The month of an account without charges."""


def tally(rows: pl.DataFrame, subjects: Subjects) -> pl.DataFrame:
    """What each account has of each position on each day: quantity and number of `lines`.

    Equal prices add up before they are multiplied: a month of millions of charges comes to some
    hundred rows, and no digit changes.
    """
    account, number = subjects.accounts.gather(rows["subject"]), pl.col("position")
    key = (pl.lit(account).cast(pl.UInt64) * PLACES + number) * DAYS + pl.col("day")
    counted = (
        rows.select("quantity", key=key)
        .group_by("key")
        .agg(pl.col("quantity").sum(), lines=pl.len())
        .with_columns(
            subject=pl.col("key") // (PLACES * DAYS),
            position=pl.col("key") // DAYS % PLACES,
            day=pl.col("key") % DAYS,
        )
    )
    accounts = subjects.table["account_id"].gather(counted["subject"])
    return counted.select(accounts, "position", "day", "quantity", "lines")


def sums(counted: pl.DataFrame, charges: Charges) -> dict[int, Sums]:
    """The sums of each account, from the tally of its charges; raises AmountTooGreat."""
    stated = with_amounts(
        pl.concat([counted, charges.positions[counted["position"]]], how="horizontal"),
        charges.rules,
    ).with_columns(date=charges.dates.gather(counted["day"]))
    guard(stated)
    return _sums(stated)


def _sums(stated: pl.DataFrame) -> dict[int, Sums]:
    items = _by_account(
        stated, BY_ITEM, [pl.col("quantity").sum(), pl.col("amount").sum()], ItemSum
    )
    days = _by_account(stated, ["date"], [pl.col("amount").sum()], DaySum)
    rows = stated.group_by("account_id").agg(pl.col("amount").sum(), pl.col("lines").sum())
    return {
        account_id: Sums(net, count, tuple(items[account_id]), tuple(days[account_id]))
        for account_id, net, count in rows.iter_rows()
    }


def _by_account(
    stated: pl.DataFrame, keys: list[str], figures: list[pl.Expr], make: Callable[..., Part]
) -> dict[int, list[Part]]:
    rows = stated.group_by("account_id", *keys).agg(figures).sort("account_id", *keys)
    found: dict[int, list[Part]] = defaultdict(list)
    for account_id, *values in rows.iter_rows():
        found[account_id].append(make(*values))
    return found
