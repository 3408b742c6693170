"""Seals: what a closed bill says, in one text, bound to the bill before it (design.md §4.4)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from billing_portal.common.money import plain


@dataclass(frozen=True, slots=True)
class SealedBill:
    """What the seal of a bill is taken over. Amounts are plain decimals, hashes SHA-256 in hex.

    `items` say by billing name, tax category, tax date and corrected month what was billed: code,
    category, unit, quantity and exact net amount; `days` are amounts by day.
    """

    account: str
    coverage: str
    month: str
    currency: str
    net: str
    tax_minor: int
    gross_minor: int
    line_count: int
    detail_hash: str
    bundle_hash: str
    tariff_hash: str
    items: Mapping[str, str]
    days: Mapping[str, str]


def sealed_items(totals: Iterable[Any]) -> dict[str, str]:
    """What is sealed of items: rows of a bill, or the `ItemSum`s that they were written from."""
    return {
        f"{item.name}/{item.tax_category}/{item.tax_date.isoformat()}{_corrected(item)}": (
            f"{item.code}/{item.category}/{item.unit}:{plain(item.quantity)}:{plain(item.amount)}"
        )
        for item in totals
    }


def _corrected(item: Any) -> str:
    return f"/{item.corrects}" if item.corrects else ""


def sealed_days(totals: Iterable[Any]) -> dict[str, str]:
    """What is sealed of days: rows of a bill, or the `DaySum`s that they were written from."""
    return {day.date: plain(day.amount) for day in totals}


def seal(content: SealedBill, *, previous: str) -> str:
    """SHA-256 over the previous seal of the same account and coverage and this content."""
    values = {field.name: getattr(content, field.name) for field in fields(content)}
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
