"""`free_tier`: what an account, or each of its devices, has free in a month (rules.md Q14–Q17)."""

import polars as pl

from invoices.rating.frames import AMOUNT, LINES, QUANTITY, shaped
from invoices.rating.registry import rule
from invoices.rating.tariff import Item

DEVICE = ["device_id", "kind", "device"]


@rule("free_tier")
def free_tier(
    item: Item, lines: pl.DataFrame, *, month: str, tax_date: pl.Expr, label: str
) -> pl.DataFrame:
    """Inputs: `items` whose lines it frees, `allowance` in their unit, `scope` account or device.

    The whole allowance counts in a started month. The dearest price is freed first; each unit price
    has one negative line of its own, so that unit price × quantity stays exact; and never more is
    freed than was used.
    """
    scope = ["account_id"] if item.inputs["scope"] == "account" else ["account_id", *DEVICE]
    allowance = pl.lit(item.inputs["allowance"]).cast(QUANTITY)
    used = (
        lines.filter(pl.col("code").is_in(item.inputs["items"]) & (pl.col("unit_price") > 0))
        .group_by(*scope, "unit_price")
        .agg(pl.col("quantity").sum())
        .sort(*scope, "unit_price", descending=[*(False for _ in scope), True])
    )
    before = pl.col("quantity").cum_sum().over(scope) - pl.col("quantity")
    free = pl.min_horizontal(pl.col("quantity"), allowance - before)
    freed = used.with_columns(quantity=free).filter(pl.col("quantity") > 0)
    return shaped(_lines(freed, item=item, month=month, tax_date=tax_date, label=label), LINES)


def _lines(
    freed: pl.DataFrame, *, item: Item, month: str, tax_date: pl.Expr, label: str
) -> pl.DataFrame:
    nobody = {"device_id": pl.lit(None), "kind": pl.lit(""), "device": pl.lit("")}
    subject = {name: pl.col(name) if name in freed.columns else nobody[name] for name in DEVICE}
    return freed.with_columns(unit_price=(-pl.col("unit_price")).cast(AMOUNT)).select(
        "account_id",
        "unit_price",
        "quantity",
        amount=pl.col("unit_price") * pl.col("quantity"),
        date=pl.lit(month),
        name=pl.lit(item.name),
        code=pl.lit(item.code),
        category=pl.lit(item.category),
        unit=pl.lit(item.unit),
        tax_category=pl.lit(item.tax_category),
        tax_date=tax_date,
        rule=pl.lit(label),
        price=pl.lit(""),
        **subject,
    )
