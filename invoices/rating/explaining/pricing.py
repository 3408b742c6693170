"""The price of a line as an explanation tells it, and the steps by which tiers split a quantity."""

from decimal import Decimal

import polars as pl

from billing_portal.common.periods import Month
from invoices.rating.explaining import written
from invoices.rating.explaining.written import Content, number
from invoices.rating.tariff import Price

Place = tuple[int, int]


def key_and_tier(key: str) -> tuple[str, int | None]:
    """The key of a price row, and the number of the tier if the line names one (from 1)."""
    row, mark, tier = key.rpartition("#")
    if mark and tier.isdigit() and "/" not in tier:
        return row, int(tier)
    return key, None


def told(price: Price) -> Content:
    """A row of the catalogue; an empty plan or variant stands for all others."""
    found: Content = {
        "key": price.key,
        "item": price.code,
        "plan": price.plan,
        "variant": price.variant,
        "since": price.since.isoformat(),
        "kind": price.kind,
        "unit_price": number(price.unit_price),
    }
    if price.tiers:
        found["tiers"] = [_tier(up_to, unit_price) for up_to, unit_price in price.tiers]
    if price.kind == "package":
        found["size"] = number(price.size)
    return found


def _tier(up_to: int | None, unit_price: Decimal) -> Content:
    return {
        "up_to": None if up_to is None else number(up_to),
        "price": number(unit_price),
    }


def tier_step(price: Price, tier: int, counted: pl.DataFrame, place: Place) -> Content | None:
    """How the tiers come to the quantity of a line. `counted` is all that bears this price, `place`
    day and subject of the line; None if nothing of it lies in this tier.
    """
    makers = {"graduated": _graduated, "volume": _volume, "package": _package}
    return makers[price.kind](price, tier, counted, place)


def _graduated(price: Price, tier: int, counted: pl.DataFrame, place: Place) -> Content | None:
    day, subject = place
    earlier = (pl.col("day") < day) | ((pl.col("day") == day) & (pl.col("subject") < subject))
    own = (pl.col("day") == day) & (pl.col("subject") == subject)
    before, quantity = _sum(counted.filter(earlier)), _sum(counted.filter(own))
    start = price.tiers[tier - 2][0] or 0 if tier > 1 else 0
    up_to = price.tiers[tier - 1][0]
    through = before + quantity
    inside = (through if up_to is None else min(through, up_to)) - max(before, start)
    if inside <= 0:
        return None
    return {
        "step": "graduated",
        "before": number(before),
        "counted": number(quantity),
        "tier": tier,
        "quantity": number(inside),
    }


def _volume(price: Price, tier: int, counted: pl.DataFrame, place: Place) -> Content | None:
    day, subject = place
    own = (pl.col("day") == day) & (pl.col("subject") == subject)
    total = _sum(counted)
    reached = 1 + sum(1 for up_to, _price in price.tiers if up_to is not None and total > up_to)
    if reached != tier:
        return None
    return {
        "step": "volume",
        "total": number(total),
        "tier": tier,
        "quantity": number(_sum(counted.filter(own))),
    }


def _package(price: Price, _tier: int, counted: pl.DataFrame, _place: Place) -> Content:
    total = _sum(counted)
    return {
        "step": "package",
        "total": number(total),
        "size": number(price.size),
        "quantity": number(-(-total // price.size)),
    }


def _sum(counted: pl.DataFrame) -> int:
    return int(counted["quantity"].cast(pl.Int128).sum() or 0)


def by_day(counted: pl.DataFrame, month: Month) -> Content:
    """What was counted on each day, all devices together."""
    days = counted.group_by("day").agg(
        pl.col("quantity").cast(pl.Int128).sum(), devices=pl.col("subject").n_unique()
    )
    return {"days": written.rows(days.sort("day").iter_rows(named=True), month)}
