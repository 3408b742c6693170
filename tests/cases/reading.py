"""Scenario documents with coupons, which are put beside what the reader of scenarios knows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from invoices.rating.coupons import COUPON
from invoices.rating.frames import COUPONS, empty, shaped
from invoices.rating.scenarios import ACCOUNT, Scenario, read
from invoices.rating.tariff import Item

NAMES = ("code", "item", "balance", "purchased", "expires")


def with_coupons(document: Mapping[str, Any], *, items: Sequence[Item]) -> Scenario:
    """The scenario of a document; its coupons, and items of this rule, are added here."""
    listed = document.get("items", [])
    others = [row for row in listed if row["rule"] != COUPON]
    rest = {key: value for key, value in document.items() if key != "coupons"}
    scenario = read(rest | {"items": others}, items=items)
    added = tuple(_item(row) for row in listed if row["rule"] == COUPON)
    return replace(
        scenario,
        frames=replace(scenario.frames, coupons=_table(document.get("coupons", []))),
        tariff=replace(scenario.tariff, items=(*scenario.tariff.items, *added)),
    )


def _item(row: Mapping[str, Any]) -> Item:
    return Item(
        code=row["code"],
        name=row.get("name", row["code"]),
        category="discount",
        unit=row.get("unit", "JPY"),
        device_kind="",
        rule=COUPON,
        inputs=row.get("inputs", {}),
        tax_category="standard",
        one_off=False,
    )


def _table(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    if not rows:
        return empty(COUPONS)
    written = [{"account_id": ACCOUNT} | {name: row[name] for name in NAMES} for row in rows]
    return shaped(pl.DataFrame(written), COUPONS)
