"""Scenarios: a fleet, its usage and prices as one JSON document, rated without any database.

The format is described in docs/rating.md; the cases in tests/cases are written in it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from billing_portal.common.money import divide, exact
from billing_portal.common.periods import Month
from invoices.rating import engine, registry
from invoices.rating.engine import Rated
from invoices.rating.frames import Frames, collect
from invoices.rating.tariff import FLAT, Item, Price, Tariff

ACCOUNT = 1
TERM = 12


class BadScenario(ValueError):
    """A scenario that cannot be rated; the message names the field."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is rated: the facts of one account, the tariff, and the days that count."""

    frames: Frames
    tariff: Tariff
    days: Sequence[date]

    def rate(self) -> Rated:
        return engine.rate(
            self.frames,
            tariff=self.tariff,
            days=self.days,
            rules=registry.in_force(self.tariff.month),
        )


def read(document: Mapping[str, Any], *, items: Sequence[Item]) -> Scenario:
    """The scenario of a JSON document. `items` is the catalogue that its prices refer to."""
    month = Month.parse(_field(document, "month"))
    last = date.fromisoformat(document.get("through", month.last_day.isoformat()))
    coverage = _field(document, "coverage")
    return Scenario(
        frames=_frames(document, month),
        tariff=Tariff(
            coverage,
            month,
            (*_others(document, items), *_items(document)),
            tuple(_prices(document)),
        ),
        days=tuple(day for day in month.days if day <= last),
    )


def _others(document: Mapping[str, Any], items: Sequence[Item]) -> Iterator[Item]:
    """The items of the catalogue that the document does not bring itself."""
    own = {row.get("code") for row in document.get("items", [])}
    return (item for item in items if document.get("catalogue", True) and item.code not in own)


def _items(document: Mapping[str, Any]) -> Iterator[Item]:
    for row in document.get("items", []):
        yield Item(
            code=_field(row, "code"),
            name=row.get("name", row["code"]),
            category=row.get("category", "application"),
            unit=row.get("unit", "each"),
            device_kind=row.get("device_kind", ""),
            rule=_field(row, "rule"),
            inputs=row.get("inputs", {}),
            tax_category=row.get("tax_category", "standard"),
            one_off=row.get("one_off", False),
        )


def _frames(document: Mapping[str, Any], month: Month) -> Frames:
    devices = list(document.get("devices", []))
    numbers = {_field(device, "id"): number for number, device in enumerate(devices, start=1)}
    return collect(
        devices=_table(_device(numbers, device) for device in devices),
        owned=_table(_owned(number, month) for number in numbers.values()),
        statuses=_points(numbers, devices, "statuses", ("status",)),
        plans=_points(numbers, devices, "plans", ("plan",)),
        options=_points(numbers, devices, "options", ("option", "enabled")),
        contracts=_table(_contract(row) for row in document.get("contracts", [])),
        usage=_table(_usage(numbers, row) for row in document.get("usage", [])),
    )


def _contract(row: Mapping[str, Any]) -> dict[str, Any]:
    """It counts for twelve whole calendar months, from the one in which it starts (Q22)."""
    first = Month.of(date.fromisoformat(_field(row, "since")))
    return {
        "account_id": ACCOUNT,
        "code": _field(row, "item"),
        "units": _field(row, "units"),
        "first_day": first.first_day,
        "last_day": first.plus(TERM - 1).last_day,
    }


def _device(numbers: Mapping[str, int], device: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "account_id": ACCOUNT,
        "device_id": numbers[device["id"]],
        "kind": device.get("kind", "subscriber"),
        "key": device["id"],
        "group": device.get("group", ""),
        "tags": json.dumps(device.get("tags", {}), ensure_ascii=False, sort_keys=True),
    }


def _owned(number: int, month: Month) -> dict[str, Any]:
    return {
        "account_id": ACCOUNT,
        "device_id": number,
        "first_day": month.first_day,
        "last_day": month.last_day,
    }


def _points(
    numbers: Mapping[str, int],
    devices: Sequence[Mapping[str, Any]],
    field: str,
    names: Sequence[str],
) -> pl.DataFrame:
    """The histories of a field: `[instant, value …]` for each change."""
    return _table(
        {"account_id": ACCOUNT, "device_id": numbers[device["id"]], "at": _instant(field, point[0])}
        | dict(zip(names, point[1:], strict=True))
        for device in devices
        for point in device.get(field, [])
    )


def _usage(numbers: Mapping[str, int], row: Mapping[str, Any]) -> dict[str, Any]:
    device = row.get("device")
    if device is not None and device not in numbers:
        raise BadScenario(f"usage.device: {device} is not among the devices.")
    return {
        "account_id": ACCOUNT,
        "device_id": None if device is None else numbers[device],
        "day": date.fromisoformat(_field(row, "day")),
        "meter": _field(row, "meter"),
        "variant": row.get("variant", ""),
        "quantity": str(_field(row, "quantity")),
    }


def _prices(document: Mapping[str, Any]) -> Iterator[Price]:
    for row in document.get("prices", []):
        kind, per = row.get("kind", FLAT), row.get("per", 1)
        is_package = kind == "package"
        yield Price(
            code=_field(row, "item"),
            plan=row.get("plan", ""),
            variant=row.get("variant", ""),
            since=date.fromisoformat(row.get("since", "2000-01-01")),
            unit_price=Decimal(0)
            if "tiers" in row
            else divide(exact(_field(row, "price")), Decimal(1 if is_package else per)),
            kind=kind,
            tiers=tuple(_tier(tier, per) for tier in row.get("tiers", [])),
            size=per if is_package else 1,
        )


def _tier(row: Mapping[str, Any], per: int) -> tuple[int | None, Decimal]:
    return row.get("up_to"), divide(exact(_field(row, "price")), Decimal(row.get("per", per)))


def _instant(field: str, text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise BadScenario(f"{field}: {text} needs a zone, such as Z at its end.")
    return instant


def _field(row: Mapping[str, Any], name: str) -> Any:
    try:
        return row[name]
    except KeyError as error:
        raise BadScenario(f"The field {name} is missing in {dict(row)}.") from error


def _table(rows: Iterator[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows))
