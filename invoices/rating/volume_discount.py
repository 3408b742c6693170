"""`volume_discount`: what is above a border costs less (rules.md Q20, Q21)."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from invoices.rating.registry import rule


@rule("volume_discount")
def volume_discount(used: pl.DataFrame, *, inputs: Mapping[str, Any]) -> pl.DataFrame:
    """How much of what an account used lies above each border: `quantity` by `border`, its number.

    Inputs: `items`; `period`, what is counted together: a day (SIMs of a UTC day) or the month
    (billed bytes); `borders`, each with `above`, the difference in price `less` for `per` units,
    and the `variant` that it is for. With a variant, only that is counted, else each variant by
    itself if `by` is `variant`.
    """
    parts = []
    for number, border in enumerate(inputs["borders"]):
        counted = _counted(used, inputs, border)
        ends = [other["above"] for other in inputs["borders"] if _follows(other, border)]
        top = pl.min_horizontal("quantity", pl.lit(min(ends))) if ends else pl.col("quantity")
        above = counted.with_columns(quantity=top - border["above"]).filter(pl.col("quantity") > 0)
        parts.append(
            above.group_by("subject")
            .agg(pl.col("quantity").sum())
            .with_columns(border=pl.lit(number))
        )
    return pl.concat(parts)


def _counted(
    used: pl.DataFrame, inputs: Mapping[str, Any], border: Mapping[str, Any]
) -> pl.DataFrame:
    keys = ["subject"]
    if inputs["period"] == "day":
        keys.append("day")
    if inputs.get("by") == "variant":
        keys.append("variant")
    if "variant" in border:
        used = used.filter(pl.col("variant") == border["variant"])
    return used.group_by(keys).agg(pl.col("quantity").sum())


def _follows(other: Mapping[str, Any], border: Mapping[str, Any]) -> bool:
    same = other.get("variant") == border.get("variant")
    return bool(same and other["above"] > border["above"])
