"""Delta lines: what corrects closed months, on the bill of the first open one (rules.md Q32).

A closed month is rated again with all that is known now; what its bills charged already is taken
off, line by line. The lines keep the date of the closed month, which names it. Credit that a bill
carries forward, because it would be below zero, is written as lines too.

Tables of deltas have the columns DELTAS; their amount is unit price × quantity.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import polars as pl

from billing_portal.common.money import CONTEXT, LIMIT, plain
from billing_portal.common.periods import Month
from invoices.rating import totals
from invoices.rating.bundle import TAG
from invoices.rating.charges import with_amounts
from invoices.rating.coupons import COUPON
from invoices.rating.frames import AMOUNT, DELTAS, QUANTITY, empty, in_order, of_rows, shaped
from invoices.rating.registry import RuleSet, rule
from invoices.rating.totals import BY_ITEM, NOTHING, AmountTooGreat, DaySum, ItemSum, Sums
from invoices.rating.vocabulary import Category

FORWARD = "creditCarriedForward"
BACKWARD = "creditBroughtForward"
CREDITS = frozenset({FORWARD, BACKWARD})
"""Codes and names of the lines by which credit goes from one bill to the next."""

LABEL = "delta@1"
"""The rule that lines of credit name."""

SAME = ["kind", "device", "date", "name", "code", "category", "unit", "tax_category", "tax_date"]
"""What two lines of a month share, beside the unit price, if one changes the quantity of the other.

The rule and the price row may differ: they change nothing that was charged.
"""
TOLD = ["rule", "price", "group", "tags"]


@rule("delta")
def difference(right: pl.DataFrame, billed: pl.DataFrame) -> pl.DataFrame:
    """The lines that lead from what was billed of a month to what is right, both without coupons.

    The quantity is positive, the unit price carries the sign (rules.md Q17), so that unit price ×
    quantity is the amount. A line at another unit price is taken back, and the new one added. Lines
    that cost nothing make no difference.
    """
    both = pl.concat([_signed(right, 1), _signed(billed, -1)])
    changed = (
        both.group_by(*SAME, "unit_price", maintain_order=True)
        .agg(pl.col("quantity").sum(), *(pl.col(name).first() for name in TOLD))
        .filter((pl.col("quantity") != 0) & (pl.col("unit_price") != 0))
    )
    less = pl.col("quantity") < 0
    return changed.with_columns(
        pl.when(less).then(-pl.col("unit_price")).otherwise("unit_price").cast(AMOUNT),
        pl.col("quantity").abs().cast(QUANTITY),
    )


def _signed(lines: pl.DataFrame, factor: int) -> pl.DataFrame:
    """Unit prices above zero, quantities with the sign of what they charge or take back."""
    takes_back = (pl.col("unit_price") < 0) == (factor > 0)
    quantity = pl.when(takes_back).then(-pl.col("quantity")).otherwise("quantity")
    return lines.select(
        *SAME, pl.col("unit_price").abs().cast(AMOUNT), quantity.cast(QUANTITY), *TOLD
    )


def of_detail(detail: pl.DataFrame) -> pl.DataFrame:
    """The lines of a detail file with their labels in two columns, as deltas bear them."""
    tags = [name for name in detail.columns if name.startswith(TAG)]
    labelled = detail.with_columns(pl.col("group").fill_null(""), tags=_joined(detail, tags))
    return labelled.select(name for name in DELTAS if name != "account_id")


def _joined(detail: pl.DataFrame, tags: list[str]) -> pl.Series:
    """Tags as the devices bear them: canonical JSON."""
    if not tags:
        return pl.repeat("{}", detail.height, dtype=pl.String, eager=True)
    return pl.Series(
        [
            json.dumps(
                {
                    name.removeprefix(TAG): value
                    for name, value in zip(tags, row, strict=True)
                    if value is not None
                },
                ensure_ascii=False,
                sort_keys=True,
            )
            for row in detail.select(tags).iter_rows()
        ],
        dtype=pl.String,
    )


def of_month(lines: pl.DataFrame, month: Month) -> pl.DataFrame:
    """The lines of one month, what coupons paid and credit that is carried aside."""
    return lines.filter(
        pl.col("date").str.starts_with(month.compact)
        & ~pl.col("code").is_in(list(CREDITS))
        & ~pl.col("rule").str.starts_with(f"{COUPON}@")
    )


def billed(details: Iterable[pl.DataFrame], month: Month) -> pl.DataFrame:
    """What some detail files charge for one month, as deltas bear it."""
    nothing = empty({name: kind for name, kind in DELTAS.items() if name != "account_id"})
    return pl.concat([nothing, *(of_month(of_detail(each), month) for each in details)])


def beside(lines: pl.DataFrame, month: Month) -> pl.DataFrame:
    """The lines of a detail file that do not follow from facts of its month."""
    return lines.filter(
        ~pl.col("date").str.starts_with(month.compact) | pl.col("code").is_in(list(CREDITS))
    )


def carries(deltas: pl.DataFrame) -> bool:
    """Tell whether a bill with these deltas carries all of itself forward."""
    return FORWARD in deltas["code"]


def table(account_id: int, parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The deltas of one account, in their total order."""
    named = [part.with_columns(account_id=pl.lit(account_id, dtype=pl.Int64)) for part in parts]
    return in_order(pl.concat([empty(DELTAS), *(shaped(part, DELTAS) for part in named)]))


def together(tables: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The deltas of several accounts as one table."""
    return pl.concat([empty(DELTAS), *tables])


Tax = tuple[str, date]
"""Tax category and tax date: what decides the rate of an amount."""


def by_tax(items: Iterable[ItemSum]) -> dict[Tax, Decimal]:
    """What the lines of a bill come to by tax, before coupons; `items` name no coupons."""
    found: dict[Tax, Decimal] = {}
    for item in items:
        key = item.tax_category, item.tax_date
        found[key] = CONTEXT.add(found.get(key, Decimal(0)), item.amount)
    return found


def credit(code: str, amounts: Mapping[Tax, Decimal], *, month: Month, unit: str) -> pl.DataFrame:
    """Lines of a bill of `month` that move these amounts to the next one, or from the one before.

    `unit` is the currency.
    """
    rows = [
        (
            *(0, "", "", month.compact, code, *_line(amount)),
            *(code, Category.DISCOUNT.value, unit, category, day),
            *(LABEL, "", "", "{}"),
        )
        for (category, day), amount in sorted(amounts.items())
        if amount
    ]
    return of_rows(rows, DELTAS).drop("account_id")


def _line(amount: Decimal) -> tuple[str, int]:
    """Unit price and quantity: ±1 and the amount, or once what has a fraction (rules.md Q17)."""
    if amount == amount.to_integral_value():
        return ("-1" if amount < 0 else "1"), abs(int(amount))
    return plain(amount), 1


def added(
    sums: Mapping[int, Sums], deltas: pl.DataFrame, month: Month, rules: RuleSet
) -> dict[int, Sums]:
    """The sums of accounts with those of their deltas; raises AmountTooGreat."""
    stated = with_amounts(deltas, rules).with_columns(month=pl.col("date").str.slice(0, 6))
    found = dict(sums)
    for (account_id,), lines in stated.partition_by("account_id", as_dict=True).items():
        totals.guard(lines)
        number = int(str(account_id))
        found[number] = _together(found.get(number, NOTHING), lines, month)
    return found


def _together(own: Sums, lines: pl.DataFrame, month: Month) -> Sums:
    items = (
        lines.group_by("month", *BY_ITEM)
        .agg(pl.col("quantity").sum(), pl.col("amount").sum())
        .sort("month", *BY_ITEM)
    )
    days = {day.date: day.amount for day in own.days}
    for day, amount in lines.group_by("date").agg(pl.col("amount").sum()).iter_rows():
        days[day] = CONTEXT.add(days.get(day, Decimal(0)), amount)
    net = CONTEXT.add(own.net, lines.select(pl.col("amount").sum()).item())
    if max(map(abs, [net, *days.values()])) >= LIMIT:
        raise AmountTooGreat(f"The amounts of this account come to {net:.0f} and cannot be billed.")
    return replace(
        own,
        net=net,
        line_count=own.line_count + lines.height,
        items=(*own.items, *(_item(row, month) for row in items.iter_rows())),
        days=tuple(DaySum(day, days[day]) for day in sorted(days)),
    )


def _item(row: tuple[object, ...], month: Month) -> ItemSum:
    """A sum of `month`, as yyyyMM, the columns BY_ITEM, quantity and amount."""
    compact, *values = row
    year, number = divmod(int(str(compact)), 100)
    corrects = Month(year, number)
    make: Callable[..., ItemSum] = ItemSum
    return make(*values, corrects=None if corrects == month else corrects)
