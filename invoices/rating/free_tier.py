"""`free_tier`: what an account, or each of its devices, has free in a month (rules.md Q14–Q17)."""

from typing import Any

import polars as pl

from invoices.rating.registry import rule


@rule("free_tier")
def free_tier(used: pl.DataFrame, *, inputs: dict[str, Any]) -> pl.DataFrame:
    """How much of each price is free: the `quantity` of each subject, `plan` and `unit_price`.

    Inputs: `items` whose lines it frees, `allowance` in their unit, or `allowances` by the plan on
    which it was used, `scope` account or device. The whole allowance counts in a started month. The
    dearest price is freed first, and never more than was used.
    """
    usual = inputs.get("allowance", 0)
    allowance = pl.lit(usual, dtype=pl.Int128)
    if "allowances" in inputs:
        plan, own = pl.col("plan").cast(pl.String).fill_null(""), inputs["allowances"]
        allowance = plan.replace_strict(own, default=usual, return_dtype=pl.Int64).cast(pl.Int128)
    ordered = used.sort("subject", "plan", "unit_price", descending=[False, False, True])
    quantity = pl.col("quantity").cast(pl.Int128)
    before = quantity.cum_sum().over("subject", "plan") - quantity
    return ordered.with_columns(quantity=pl.min_horizontal(quantity, allowance - before)).filter(
        pl.col("quantity") > 0
    )
