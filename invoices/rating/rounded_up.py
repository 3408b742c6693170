"""`rounded_up`: what is missing to the next billing unit, as a charge of its own (Q9, Q10)."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from invoices.rating.registry import rule


@rule("rounded_up")
def rounded_up(used: pl.DataFrame, *, inputs: Mapping[str, Any]) -> pl.DataFrame:
    """Replace the `quantity` used of each subject and variant by what is missing to a whole unit.

    Inputs: `items` whose use is rounded; `unit`, or `units` by variant. Over the whole month; no
    use, no line. The SIM's last day of use decides the price.
    """
    own: Mapping[str, int] = inputs.get("units", {})
    unit = pl.lit(inputs.get("unit", 1), dtype=pl.Int64)
    if own:
        by_variant = pl.col("variant").replace_strict(own, default=None, return_dtype=pl.Int64)
        unit = by_variant.fill_null(inputs.get("unit", 1))
    missing = (unit - pl.col("quantity") % unit) % unit
    return used.with_columns(quantity=missing).filter(pl.col("quantity") > 0)
