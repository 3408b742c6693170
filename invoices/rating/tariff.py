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

    @property
    def has_variants(self) -> bool:
        return "{variant}" in self.name

    def told_apart(self, variant: str) -> str:
        """What tells its charges apart besides the price: nothing, if its name has no variants and
        they add up, such as day and night of a plan with one price for both.
        """
        return variant if self.has_variants or self.rule != "sum" else ""

    def takes(self, plan: str | None) -> bool:
        """Tell whether devices on this plan, or without one, can bear it."""
        if "plans" in self.inputs:
            return plan in self.inputs["plans"]
        return plan not in self.inputs.get("except_plans", ())

    def billing_name(self, variant: str) -> str:
        return self.name.replace("{variant}", variant)


FLAT = "flat"
GREATEST_UNIT = 10**12
"""Units that are rounded up to, or charged together. Sums of greater ones could leave 64 bits."""
FLAT_NAMES = ("code", "plan", "variant", "since", "unit_price")
Step = tuple[int | None, Decimal]


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one smallest unit from a day on; empty plan or variant: for all others.

    `kind` is flat; or graduated or volume, with `tiers` (`up_to`, inclusive, None in the last, and
    the price of a unit); or package: then `unit_price` is that of `size` units.
    """

    code: str
    plan: str
    variant: str
    since: date
    unit_price: Decimal
    kind: str = FLAT
    tiers: tuple[Step, ...] = ()
    size: int = 1

    @property
    def steps(self) -> tuple[Step, ...]:
        """The tiers; a package has one."""
        return self.tiers or ((None, self.unit_price),)

    @property
    def written(self) -> dict[str, Any]:
        """What is kept of it. A flat price is written as it was when there were no others."""
        row = asdict(self) | {"since": self.since.isoformat(), "unit_price": plain(self.unit_price)}
        if self.kind == FLAT:
            return {name: row[name] for name in FLAT_NAMES}
        return row | {"tiers": [[up_to, plain(price)] for up_to, price in self.tiers]}

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


@dataclass(frozen=True)
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

    @cached_property
    def text(self) -> str:
        """Canonical JSON: the kept form."""
        prices = [price.written for price in sorted(self.prices, key=lambda price: price.key)]
        content = {
            "coverage": self.coverage,
            "month": self.month.iso,
            "items": [asdict(item) for item in sorted(self.items, key=lambda item: item.code)],
            "prices": prices,
            "bands": sorted(self.bands, key=lambda band: band["meter"]),
        }
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @cached_property
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


def _price(row: Mapping[str, Any]) -> Price:
    return Price(
        code=row["code"],
        plan=row["plan"],
        variant=row["variant"],
        since=date.fromisoformat(row["since"]),
        unit_price=exact(row["unit_price"]),
        kind=row.get("kind", FLAT),
        tiers=tuple((up_to, exact(price)) for up_to, price in row.get("tiers", ())),
        size=row.get("size", 1),
    )
