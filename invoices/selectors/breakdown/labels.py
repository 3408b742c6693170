"""A bill by group, or by the values of one tag (rules.md Q59)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from invoices.models import Bill
from invoices.rating.bundle import TAG
from invoices.selectors.breakdown import kept
from invoices.selectors.breakdown.rows import Rows


@dataclass(frozen=True, slots=True)
class LabelShare:
    """What the devices with one value come to: "" is for devices without one, None for lines that
    are of no device.
    """

    value: str | None
    devices: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LabelShares:
    """All values of a tag, or all groups, and what they come to together."""

    rows: Rows[LabelShare]
    devices: int
    amount: Decimal


def tag_names(bill: Bill) -> list[str]:
    """The names of the tags that devices of this bill carry, in their order."""
    return kept.tag_names(kept.columns(bill))


def by_tag(bill: Bill, *, name: str, item: str = "") -> LabelShares:
    """The bill, or one item of it, by the values of a tag. The sum is the net of either."""
    return _by(bill, TAG + name, item)


def by_group(bill: Bill, *, item: str = "") -> LabelShares:
    """The bill, or one item of it, by group. The sum is the net of either."""
    return _by(bill, kept.GROUP, item)


def _by(bill: Bill, label: str, item: str) -> LabelShares:
    frame = kept.totals(bill, ("device", "name", "amount", label))
    if item:
        frame = frame.filter(pl.col("name") == item)
    said = pl.col(label) if label in frame.columns else pl.lit("")
    shares = (
        frame.select(
            "amount",
            # All rows of a device have the same labels, so it counts where it is met first.
            first=pl.col("device").is_first_distinct() & (pl.col("device") != ""),
            value=pl.when(pl.col("device") != "").then(said),
        )
        .group_by("value")
        .agg(pl.col("first").sum().alias("devices"), pl.col("amount").sum())
    )
    devices, amount = shares.select(pl.col("devices", "amount").sum()).row(0)
    return LabelShares(
        rows=Rows(shares, _share, tie=("value",)).order_by("-amount"),
        devices=devices,
        amount=amount,
    )


def _share(row: Mapping[str, Any]) -> LabelShare:
    return LabelShare(value=row["value"], devices=row["devices"], amount=row["amount"])
