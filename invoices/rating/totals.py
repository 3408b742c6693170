"""Sums of charges: the bill, by item, by day; guarded, because Polars wraps silently."""

from decimal import Decimal

import polars as pl

from billing_portal.common.money import LIMIT

BY_ITEM = ["name", "code", "category", "unit", "tax_category", "tax_date"]


class AmountTooGreat(ArithmeticError):
    """A sum that could reach 10^14, which exact amounts cannot hold."""


def guard(lines: pl.DataFrame) -> None:
    """Refuse amounts whose sum, in whatever order, could leave the range (stack.md, Polars 1)."""
    greatest = lines.select(pl.col("amount").abs().max()).item() or Decimal(0)
    if greatest * lines.height >= LIMIT:
        _guard_in_python(lines)


def _guard_in_python(lines: pl.DataFrame) -> None:
    rough = sum((abs(amount) for amount in lines["amount"].to_list()), Decimal(0))
    if rough >= LIMIT:
        raise AmountTooGreat(
            f"The amounts of this account come to {rough:.0f}; 10^14 and more cannot be billed."
        )


def by_item(lines: pl.DataFrame) -> pl.DataFrame:
    """Quantity and amount of each billing name, by account; the name decides the order."""
    return (
        lines.group_by("account_id", *BY_ITEM)
        .agg(pl.col("quantity").sum(), pl.col("amount").sum())
        .sort("account_id", *BY_ITEM)
    )


def by_day(lines: pl.DataFrame) -> pl.DataFrame:
    """Amount of each day, and of the month's own lines (`yyyyMM`), by account."""
    return (
        lines.group_by("account_id", "date").agg(pl.col("amount").sum()).sort("account_id", "date")
    )


def by_account(lines: pl.DataFrame) -> dict[int, tuple[Decimal, int]]:
    """Net and number of lines of each account."""
    rows = lines.group_by("account_id").agg(pl.col("amount").sum(), pl.len()).iter_rows()
    return {account_id: (amount, count) for account_id, amount, count in rows}
