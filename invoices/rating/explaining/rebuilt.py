"""The inputs of one account, opened again: what its rules counted, and at which price."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from billing_portal.common.periods import day_compact
from invoices.rating import engine, registry, rows
from invoices.rating.bundle import Bundle
from invoices.rating.coupons import COUPON
from invoices.rating.derived import DERIVED, STEPS, Derived
from invoices.rating.facts import Facts, narrow_periods
from invoices.rating.frames import SCHEMAS
from invoices.rating.positions import Position, Positions
from invoices.rating.pricing import Pricing
from invoices.rating.subjects import subjects_of
from invoices.rating.tariff import FLAT, Item, Price, Tariff
from invoices.rating.tiers import Tiers

RULE_MODULES = engine.RULE_MODULES
"""Imported so that every rule is registered before one is looked up."""

OF_ALL = frozenset({"first_unit", "additional_unit", "volume_discount", "long_term_discount"})
"""Rules for which the other devices of the account matter."""


BY_DAY = "sum"
"""The rule whose lines follow from the usage of their own day."""


@dataclass(frozen=True, slots=True)
class Charged:
    """Narrow rows, and what their positions are."""

    rows: pl.DataFrame
    positions: Sequence[Position]

    def at(self, numbers: Sequence[int]) -> pl.DataFrame:
        return self.rows.filter(pl.col("position").is_in(list(numbers)))


class Rebuilt:
    """What one account was rated from, item by item: nothing is rated that is not asked for."""

    def __init__(self, bundle: Bundle) -> None:
        self.tariff = bundle.tariff
        self.rules = registry.pinned(bundle.rules)
        self.items = {item.code: item for item in bundle.tariff.items}
        self._book = bundle.tariff.book()
        subjects = subjects_of(bundle.frames)
        periods = self.rules["device_days"].function(bundle.frames, bundle.days)
        self.facts = Facts(
            frames=bundle.frames,
            month=bundle.tariff.month,
            days=bundle.days,
            subjects=subjects,
            periods=narrow_periods(periods, subjects),
        )
        self._counted: dict[str, Charged] = {}

    @cached_property
    def prices(self) -> dict[str, Price]:
        return {price.key: price for price in self.tariff.prices}

    def subject(self, kind: str, device: str) -> int | None:
        """The number of a device, or of the account itself for no device."""
        table = self.facts.subjects.table.with_row_index("subject")
        found = table.filter(pl.col("kind") == kind, pl.col("key") == device)["subject"]
        return int(found[0]) if found.len() else None

    def is_account(self, subject: int) -> bool:
        return bool(self.facts.subjects.table["device_id"][subject] is None)

    def key_of(self, subject: int) -> str:
        return str(self.facts.subjects.table["key"][subject])

    def counted(self, item: Item) -> Charged:
        """What a quantity rule counts, each with its price, before any tiers."""
        if item.code not in self._counted:
            positions = Positions()
            counted = self._priced(item, positions).filter(pl.col("quantity") > 0)
            self._counted[item.code] = Charged(counted, positions.rows)
        return self._counted[item.code]

    def before(self, item: Item) -> Charged:
        """The charges that an item looks at whose lines follow from others."""
        positions = Positions()
        others = [
            each for each in needed(self.tariff.items, item) if each.rule not in {item.rule, COUPON}
        ]
        counting = self.facts.counting
        counted = (self._priced(each, positions) for each in others if each.rule not in DERIVED)
        charged = rows.merged(rows.gathered(counted, counting), positions)
        tiers = Tiers(self.facts.subjects, positions, self.tariff.month, self.rules)
        found = tiers.applied(charged)
        for names in _steps_before(item.rule):
            seen = Derived(found, self.facts, positions, self.rules)
            lines = [seen.lines_of(each) for each in others if each.rule in names]
            found = pl.concat([found, rows.gathered(lines, counting)])
        if item.rule == COUPON:
            return Charged(found, positions.rows)
        wanted = [number for number, _position in positions.of(item.inputs["items"])]
        return Charged(found.filter(pl.col("position").is_in(wanted)), positions.rows)

    def _priced(self, item: Item, positions: Positions) -> pl.DataFrame:
        pricer = Pricing(
            facts=self.facts,
            book=self._book,
            rules=self.rules,
            positions=positions,
            month=self.tariff.month,
        )
        return pricer.priced(item, self.rules[item.rule].function(item, self.facts))


def _steps_before(rule: str) -> Iterator[Sequence[str]]:
    for names in STEPS:
        if rule in names:
            return
        yield names


@dataclass(frozen=True, slots=True)
class Needs:
    """The facts that some lines follow from: those of one device (None: of all), and of the usage
    what these meters counted, perhaps on one day only.
    """

    device: str | None
    meters: frozenset[str]
    day: date | None = None

    @property
    def is_device(self) -> pl.Expr:
        """Told of a row of `devices`; never of any if all are needed."""
        return pl.col("key") == pl.lit(self.device, dtype=pl.String)

    def of(self, table: pl.LazyFrame, name: str, ids: Sequence[int]) -> pl.LazyFrame:
        """What is needed of a table; `ids` are those of the device."""
        if name == "usage":
            table = table.filter(pl.col("meter").cast(pl.String).is_in(sorted(self.meters)))
            table = table if self.day is None else table.filter(pl.col("day") == self.day)
        if self.device is not None and "device_id" in SCHEMAS[name]:
            table = table.filter(pl.col("device_id").is_in(list(ids)))
        return table


def needs(tariff: Tariff, *, code: str, device: str, price: str, written: str) -> Needs:
    """What a line of an item follows from. `price` is the key of its price: what has tiers is
    counted with all devices. `written` is its date: what is summed up by day needs that day.
    """
    item = next((each for each in tariff.items if each.code == code), None)
    items = needed(tariff.items, item) if item else []
    codes = {each.code for each in items}
    is_flat = all(row.kind == FLAT for row in tariff.prices if row.code in codes)
    is_alone = is_flat and "#" not in price and not any(_is_of_all(each) for each in items)
    meters = {meter for each in items for meter in each.inputs.get("meters", ())}
    if not (device and is_alone):
        return Needs(None, frozenset(meters))
    days = {day_compact(day): day for day in tariff.month.days}
    is_by_day = item is not None and item.rule == BY_DAY
    return Needs(device, frozenset(meters), days.get(written) if is_by_day else None)


def _is_of_all(item: Item) -> bool:
    return item.rule in OF_ALL or "account" in (item.inputs.get("scope"), item.inputs.get("per"))


def needed(items: Sequence[Item], item: Item) -> list[Item]:
    """An item, the items whose charges it looks at, and those that these look at.

    Coupons look at the charges of all items, and at other coupons.
    """
    if item.rule == COUPON:
        return list(items)
    by_code = {each.code: each for each in items}
    codes: set[str] = set()
    waiting = [item.code]
    while waiting:
        code = waiting.pop()
        if code in by_code and code not in codes:
            codes.add(code)
            waiting += by_code[code].inputs.get("items", ())
    return [each for each in items if each.code in codes]
