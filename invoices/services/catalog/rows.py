"""The rows of a catalogue as plain values: what a file says, and what the database holds.

Rows are equal if they say the same; where they stand does not count.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any

from billing_portal.common.periods import Month
from invoices.services.catalog.problems import Origin

PriceKey = tuple[str, str, str, str, date]
TaxKey = tuple[str, str, date]
BandKey = tuple[str, str]
MonthlyKey = tuple[str, Month]
RateKey = tuple[str, date]


@dataclass(frozen=True, kw_only=True)
class Row:
    origin: Origin = field(default=Origin(""), compare=False, repr=False)

    @property
    def key(self) -> Any:
        """Return what the row is found by; two rows of one key are the same row."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class MeterRow(Row):
    code: str
    name: str
    unit: str
    fold: str
    evidence: str = ""
    is_priced: bool = True

    @property
    def key(self) -> str:
        return self.code


@dataclass(frozen=True, kw_only=True)
class PlanRow(Row):
    code: str
    coverage: str
    kind: str
    name: str

    @property
    def key(self) -> str:
        return self.code


@dataclass(frozen=True, kw_only=True)
class ItemRow(Row):
    code: str
    name: str
    category: str
    unit: str
    region: str
    device_kind: str
    rule: str
    inputs: Mapping[str, Any]
    tax_category: str
    one_off: bool
    title_en: str
    title_ja: str

    @property
    def key(self) -> str:
        return self.code

    @property
    def has_variants(self) -> bool:
        return "{variant}" in self.name

    @property
    def meters(self) -> tuple[str, ...]:
        return tuple(self.inputs.get("meters", ()))

    def takes(self, plan: str) -> bool:
        """Tell whether devices on this plan can bear the item."""
        if "plans" in self.inputs:
            return plan in self.inputs["plans"]
        return plan not in self.inputs.get("except_plans", ())


@dataclass(frozen=True, kw_only=True)
class PriceRow(Row):
    """`price` for `per` smallest units; `unit_price` is their exact quotient (rules.md Q11).

    See `Price` for `tiers`.
    """

    item: str
    coverage: str
    plan: str
    variant: str
    since: date
    kind: str
    price: Decimal
    per: int
    tiers: Sequence[Mapping[str, Any]]
    unit_price: Decimal

    @property
    def key(self) -> PriceKey:
        return (self.item, self.coverage, self.plan, self.variant, self.since)


@dataclass(frozen=True, kw_only=True)
class TaxRow(Row):
    country: str
    category: str
    since: date
    rate: Decimal

    @property
    def key(self) -> TaxKey:
        return (self.country, self.category, self.since)


@dataclass(frozen=True, kw_only=True)
class BandRow(Row):
    meter: str
    coverage: str
    name: str
    otherwise: str
    zone: str
    starts: time
    ends: time

    @property
    def key(self) -> BandKey:
        return (self.meter, self.coverage)

    @property
    def endings(self) -> tuple[str, str]:
        """Return what stands behind the variant of a price inside and outside of the window."""
        return (f"-{self.name}", f"-{self.otherwise}")


@dataclass(frozen=True, kw_only=True)
class FeeRow(Row):
    """What invoice payment costs from a month on, in JPY before tax."""

    kind: str
    since: Month
    amount: Decimal

    @property
    def key(self) -> MonthlyKey:
        return (self.kind, self.since)


@dataclass(frozen=True, kw_only=True)
class MinimumRow(Row):
    """What a bill must reach from a month on, in the currency of its coverage."""

    coverage: str
    since: Month
    amount: Decimal

    @property
    def key(self) -> MonthlyKey:
        return (self.coverage, self.since)


@dataclass(frozen=True, kw_only=True)
class ExchangeRow(Row):
    """So many JPY for one unit of a currency on a day."""

    currency: str
    day: date
    rate: Decimal
    source: str

    @property
    def key(self) -> RateKey:
        return (self.currency, self.day)


@dataclass(slots=True)
class Catalogue:
    """All rows by their keys."""

    meters: dict[str, MeterRow] = field(default_factory=dict)
    plans: dict[str, PlanRow] = field(default_factory=dict)
    items: dict[str, ItemRow] = field(default_factory=dict)
    time_bands: dict[BandKey, BandRow] = field(default_factory=dict)
    tax_rates: dict[TaxKey, TaxRow] = field(default_factory=dict)
    prices: dict[PriceKey, PriceRow] = field(default_factory=dict)
    fees: dict[MonthlyKey, FeeRow] = field(default_factory=dict)
    minimum_charges: dict[MonthlyKey, MinimumRow] = field(default_factory=dict)
    exchange_rates: dict[RateKey, ExchangeRow] = field(default_factory=dict)

    def of(self, kind: str) -> dict[Any, Any]:
        """Return the rows of one kind, named as its file."""
        rows: dict[Any, Any] = getattr(self, kind)
        return rows

    def with_rows_of(self, other: "Catalogue") -> "Catalogue":
        """Return what holds when the other catalogue is laid over this one."""
        return self._each(lambda kind: {**self.of(kind), **other.of(kind)})

    def changed_from(self, other: "Catalogue") -> "Catalogue":
        """Return the rows that the other catalogue has not, or has otherwise."""
        return self._each(
            lambda kind: {
                key: row for key, row in self.of(kind).items() if other.of(kind).get(key) != row
            }
        )

    def _each(self, rows: Callable[[str], dict[Any, Any]]) -> "Catalogue":
        return Catalogue(**{kind: rows(kind) for kind in self.__slots__})
