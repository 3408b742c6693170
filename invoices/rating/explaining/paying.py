"""What a coupon pays: the coupons up to it in the order of use, and all there is to be paid."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

import polars as pl

from billing_portal.common.money import CONTEXT
from invoices.rating.coupons import COUPON, Purse, Taxed, Use, group_of, limit
from invoices.rating.explaining.following import Following, Found
from invoices.rating.explaining.written import Content, number


def coupon(seen: Following) -> Iterator[Found]:
    """The lines of all coupons of an item: one for each coupon and tax."""
    purses, charged = _purses(seen), _amounts(seen)
    deltas = seen.rebuilt.facts.frames.deltas
    most = limit(deltas, deltas["account_id"][0], charged) if deltas.height else {}
    uses: list[Use] = seen.rebuilt.rules[COUPON].function(purses, charged, **most)
    charges = [_charge(item, tax, amount) for (item, tax), amount in charged.items()]
    for use in uses:
        if use.purse.item == seen.item.code:
            before = purses[: purses.index(use.purse) + 1]
            facts = {"coupons": [_coupon(seen, purse) for purse in before], "charges": charges}
            unit_price, quantity = _line(use.amount)
            yield Found(facts, [_step(use, quantity)], unit_price, use.purse.code)


def _step(use: Use, quantity: Decimal) -> Content:
    return {
        "step": "coupon",
        "code": use.purse.code,
        "balance": number(use.purse.balance),
        "tax_category": use.tax.category,
        "tax_date": use.tax.day.isoformat(),
        "taken": number(use.amount),
        "quantity": number(quantity),
    }


def _line(amount: Decimal) -> tuple[Decimal, Decimal]:
    """Unit price and quantity: −1 and the amount, or once what has a fraction."""
    if amount == amount.to_integral_value():
        return Decimal(-1), amount
    return amount.copy_negate(), Decimal(1)


def _charge(item: str, tax: Taxed, amount: Decimal) -> Content:
    return {
        "item": item,
        "tax_category": tax.category,
        "tax_date": tax.day.isoformat(),
        "amount": number(amount),
    }


def _table(seen: Following) -> pl.DataFrame:
    return seen.rebuilt.facts.frames.coupons.sort("expires", "purchased", "code")


def _purses(seen: Following) -> list[Purse]:
    """In the order of use: those of items first, then by expiry, purchase and code (Q23)."""
    items = seen.rebuilt.items
    rows = _table(seen).select("code", "item", "balance").iter_rows()
    found = [
        Purse(code, item, balance, group_of(items[item], items.values()))
        for code, item, balance in rows
        if item in items
    ]
    return sorted(found, key=lambda purse: purse.pays is None)


def _coupon(seen: Following, purse: Purse) -> Content:
    row = _table(seen).filter(pl.col("code") == purse.code).row(0, named=True)
    return {
        "code": purse.code,
        "item": purse.item,
        "balance": number(purse.balance),
        "purchased": row["purchased"],
        "expires": row["expires"],
        "pays": None if purse.pays is None else sorted(purse.pays),
    }


def _amounts(seen: Following) -> dict[tuple[str, Taxed], Decimal]:
    """What is charged by item and tax, discounts with their minus."""
    found: dict[tuple[str, Taxed], Decimal] = defaultdict(Decimal)
    summed = seen.rows.group_by("position").agg(pl.col("quantity").sum()).sort("position")
    for place, quantity in summed.select("position", "quantity").iter_rows():
        position = seen.charged.positions[place]
        key = position.item.code, Taxed(position.item.tax_category, position.tax_date)
        amount = CONTEXT.multiply(position.unit_price or Decimal(0), Decimal(quantity))
        found[key] = CONTEXT.add(found[key], amount)
    for row in seen.rebuilt.facts.frames.deltas.iter_rows(named=True):
        key = row["code"], Taxed(row["tax_category"], row["tax_date"])
        found[key] = CONTEXT.add(
            found[key], CONTEXT.multiply(row["unit_price"], Decimal(row["quantity"]))
        )
    return dict(found)
