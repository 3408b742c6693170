"""The items of the default catalogue as rating takes them, read without a database."""

import tomllib
from functools import cache
from pathlib import Path

from invoices.rating.tariff import Item

CATALOG = Path(__file__).resolve().parents[2] / "catalog" / "items.toml"
INPUTS = ("meters", "statuses", "option", "items", "allowance", "scope")


@cache
def items_of(coverage: str) -> tuple[Item, ...]:
    rows = tomllib.loads(CATALOG.read_text())["item"]
    return tuple(
        Item(
            code=row["code"],
            name=row["name"],
            category=row["category"],
            unit=row["unit"],
            device_kind=row.get("device_kind", ""),
            rule=row["rule"],
            inputs={name: row[name] for name in INPUTS if name in row},
            tax_category=row.get("tax_category", "standard"),
            one_off=row.get("one_off", False),
        )
        for row in rows
        if row["region"] in ("all", coverage)
    )
