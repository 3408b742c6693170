"""The catalogue as one coverage and month sees it: plain values, canonical text, digest."""

import hashlib
import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from billing_portal.common.money import exact, plain
from billing_portal.common.periods import Month


@dataclass(frozen=True, slots=True)
class Item:
    """One billing item. `inputs` are the parameters of its quantity rule."""

    code: str
    name: str
    category: str
    unit: str
    device_kind: str
    rule: str
    inputs: Mapping[str, Any]
    tax_category: str
    one_off: bool

    def billing_name(self, variant: str) -> str:
        return self.name.replace("{variant}", variant)


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one smallest unit from a day on; empty plan or variant: for all others."""

    code: str
    plan: str
    variant: str
    since: date
    unit_price: Decimal

    @property
    def key(self) -> str:
        """A name for the row that means the same in every copy of the catalogue."""
        return f"{self.code}/{self.plan}/{self.variant}/{self.since.isoformat()}"


@dataclass(frozen=True)
class PriceBook:
    """Prices by (item, plan, variant), each list in the order of their days."""

    rows: Mapping[tuple[str, str, str], tuple[Price, ...]]

    @cached_property
    def _by_code(self) -> Mapping[str, Sequence[Price]]:
        found: dict[str, list[Price]] = defaultdict(list)
        for (code, _plan, _variant), prices in self.rows.items():
            found[code] += prices
        return found

    def has_plans(self, code: str) -> bool:
        """Tell whether some price of the item is for one plan only."""
        return any(price.plan for price in self._by_code.get(code, ()))

    def starts(self, code: str, month: Month) -> list[int]:
        """The days of the month, but for the first, on which a price of the item begins."""
        since = {price.since for price in self._by_code.get(code, ())}
        return sorted(day.day for day in since if month.first_day < day <= month.last_day)

    def find(self, *, code: str, plan: str, variant: str, day: date) -> Price | None:
        """The latest price of the most specific row: plan and variant, plan, variant, neither."""
        for key in ((code, plan, variant), (code, plan, ""), (code, "", variant), (code, "", "")):
            rows = self.rows.get(key, ())
            place = bisect_right(rows, day, key=lambda row: row.since)
            if place:
                return rows[place - 1]
        return None


@dataclass(frozen=True, slots=True)
class Tariff:
    """Everything that prices depend on. Equal tariffs have equal digests."""

    coverage: str
    month: Month
    items: tuple[Item, ...]
    prices: tuple[Price, ...]
    bands: tuple[Mapping[str, str], ...] = field(default=())

    def book(self) -> PriceBook:
        rows: dict[tuple[str, str, str], list[Price]] = defaultdict(list)
        for price in sorted(self.prices, key=lambda price: price.since):
            rows[price.code, price.plan, price.variant].append(price)
        return PriceBook({key: tuple(prices) for key, prices in rows.items()})

    @property
    def text(self) -> str:
        """Canonical JSON: the kept form."""
        prices = [
            asdict(price)
            | {"since": price.since.isoformat(), "unit_price": plain(price.unit_price)}
            for price in sorted(self.prices, key=lambda price: price.key)
        ]
        content = {
            "coverage": self.coverage,
            "month": self.month.iso,
            "items": [asdict(item) for item in sorted(self.items, key=lambda item: item.code)],
            "prices": prices,
            "bands": sorted(self.bands, key=lambda band: band["meter"]),
        }
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def from_text(text: str) -> Tariff:
    """The tariff that a canonical text was made of."""
    content = json.loads(text)
    return Tariff(
        coverage=content["coverage"],
        month=Month.parse(content["month"]),
        items=tuple(Item(**item) for item in content["items"]),
        prices=tuple(_price(row) for row in content["prices"]),
        bands=tuple(content["bands"]),
    )


def _price(row: Mapping[str, str]) -> Price:
    return Price(
        code=row["code"],
        plan=row["plan"],
        variant=row["variant"],
        since=date.fromisoformat(row["since"]),
        unit_price=exact(row["unit_price"]),
    )
