"""The catalogue of one coverage and month as plain values for rating."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any, Protocol

from billing_portal.common.money import divide, exact
from billing_portal.common.periods import Month
from invoices.choices import PriceKind, Region
from invoices.models import BillItem, Price, TimeBand
from invoices.rating import tariff as plain
from usage.metering.bands import Band


class Sold(Protocol):
    """An item: a row of the database, of its history, or of a catalogue file."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def category(self) -> str: ...

    @property
    def unit(self) -> str: ...

    @property
    def device_kind(self) -> str: ...

    @property
    def rule(self) -> str: ...

    @property
    def inputs(self) -> Mapping[str, Any]: ...

    @property
    def tax_category(self) -> str: ...

    @property
    def one_off(self) -> bool: ...


class Timed(Protocol):
    """A time band: a row of the database, or of a catalogue file."""

    @property
    def meter(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def otherwise(self) -> str: ...

    @property
    def zone(self) -> str: ...

    @property
    def starts(self) -> time: ...

    @property
    def ends(self) -> time: ...


class Quoted(Protocol):
    """A price: a row of the database, or of a catalogue file."""

    @property
    def variant(self) -> str: ...

    @property
    def since(self) -> date: ...

    @property
    def kind(self) -> str: ...

    @property
    def per(self) -> int: ...

    @property
    def tiers(self) -> Sequence[Mapping[str, Any]]: ...

    @property
    def unit_price(self) -> Decimal: ...


def tariff_of(*, coverage: str, month: Month) -> plain.Tariff:
    """Items of the region and the prices that hold on some day of the month, in three queries."""
    items = BillItem.objects.filter(region__in=[Region.ALL, coverage]).order_by("code")
    prices = (
        Price.objects.filter(coverage=coverage, since__lte=month.last_day, item__in=items)
        .order_by("item", "plan", "variant", "-since")
        .select_related("item", "plan")
    )
    return plain.Tariff(
        coverage=coverage,
        month=month,
        items=tuple(plain_item(item) for item in items),
        prices=in_force([_price(row) for row in prices], month),
        bands=tuple(plain_band(band) for band in TimeBand.objects.filter(coverage=coverage)),
    )


def recorded_items() -> dict[str, list[plain.Item]]:
    """Everything that each item has been by its history, newest first, in one query."""
    versions: dict[str, list[plain.Item]] = defaultdict(list)
    for record in BillItem.history.order_by("-history_id"):
        versions[record.code].append(plain_item(record))
    return dict(versions)


def unrecorded_changes() -> list[str]:
    """The items that differ from the newest record of their history: nobody says who did it."""
    recorded = recorded_items()
    return [
        item.code
        for item in BillItem.objects.order_by("code")
        if [plain_item(item)] != recorded.get(item.code, [])[:1]
    ]


def bands_of(tariff: plain.Tariff) -> tuple[Band, ...]:
    """The time bands of a tariff as metering takes them."""
    return tuple(
        Band(
            meter=band["meter"],
            inside=band["name"],
            outside=band["otherwise"],
            zone=band["zone"],
            starts=time.fromisoformat(band["starts"]),
            ends=time.fromisoformat(band["ends"]),
        )
        for band in tariff.bands
    )


def plain_item(sold: Sold) -> plain.Item:
    """An item as rating takes it."""
    return plain.Item(
        code=sold.code,
        name=sold.name,
        category=sold.category,
        unit=sold.unit,
        device_kind=sold.device_kind,
        rule=sold.rule,
        inputs=sold.inputs,
        tax_category=sold.tax_category,
        one_off=sold.one_off,
    )


def plain_price(*, code: str, plan: str, quoted: Quoted) -> plain.Price:
    """A price as rating takes it. See `Price` for the tiers."""
    per = Decimal(quoted.per)
    return plain.Price(
        code=code,
        plan=plan,
        variant=quoted.variant,
        since=quoted.since,
        unit_price=quoted.unit_price,
        kind=quoted.kind,
        tiers=tuple(
            (tier.get("up_to"), divide(exact(tier["price"]), per)) for tier in quoted.tiers
        ),
        size=quoted.per if quoted.kind == PriceKind.PACKAGE else 1,
    )


def _price(price: Price) -> plain.Price:
    plan = price.plan.code if price.plan else ""
    return plain_price(code=price.item.code, plan=plan, quoted=price)


def in_force(prices: Sequence[plain.Price], month: Month) -> tuple[plain.Price, ...]:
    """Leave out what was replaced before the month began: the newest come first in each group."""
    kept: list[plain.Price] = []
    settled: set[tuple[str, str, str]] = set()
    for price in prices:
        group = (price.code, price.plan, price.variant)
        if group not in settled:
            kept.append(price)
        if price.since <= month.first_day:
            settled.add(group)
    return tuple(kept)


def plain_band(timed: Timed) -> dict[str, str]:
    """A time band as rating takes it."""
    return {
        "meter": timed.meter,
        "name": timed.name,
        "otherwise": timed.otherwise,
        "zone": timed.zone,
        "starts": timed.starts.isoformat(),
        "ends": timed.ends.isoformat(),
    }
