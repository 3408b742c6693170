"""`devices`, `contracts` and `usage`: the facts of a scenario as the tables that rating takes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from billing_portal.common.periods import BadMonth, Month
from invoices.rating.frames import Frames, collect
from invoices.rating.scenarios.coupons import check_rule, read_coupons
from invoices.rating.scenarios.fields import ACCOUNT, FIELDS
from invoices.rating.scenarios.nodes import NO_DAY, OPTION, VARIANT, Node, Record
from invoices.rating.scenarios.problems import alike, excerpt
from invoices.rating.tariff import Item
from invoices.rating.vocabulary import QuantityRule
from usage.metering.vocabulary import DeviceKind, Status

TERM = 12
MOST_DEVICES = 100_000
MOST_USAGE = 1_000_000
MOST_CHANGES = 10_000
MOST_TAGS = 50
GREATEST_POOL = 10**9
Rows = list[dict[str, Any]]


def read_frames(document: Record, *, month: Month, items: Mapping[str, Item]) -> Frames:
    """The facts; every device is the account's for the whole month."""
    fleet = _Fleet(document["devices"])
    contracts = [
        _contract(each.record(FIELDS["contracts"]), items)
        for each in document["contracts"].entries(most=MOST_DEVICES)
    ]
    usage = [
        _usage(each.record(FIELDS["usage"]), fleet.numbers)
        for each in document["usage"].entries(most=MOST_USAGE)
    ]
    coupons = read_coupons(document["coupons"], month=month, items=items)
    span = {"first_day": month.first_day, "last_day": month.last_day}
    owned = [_of(number) | span for number in fleet.numbers.values()]
    tables = fleet.tables | {
        "owned": owned,
        "contracts": contracts,
        "coupons": coupons,
        "usage": usage,
    }
    if document.node.problems.count:
        return collect()
    return collect(
        **{name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in tables.items()}
    )


class _Fleet:
    """The devices with their histories; `numbers` by id."""

    def __init__(self, listed: Node) -> None:
        self.numbers: dict[str, int] = {}
        self.tables: dict[str, Rows] = {
            "devices": [],
            "statuses": [],
            "plans": [],
            "options": [],
        }
        for number, node in enumerate(listed.entries(most=MOST_DEVICES), start=1):
            self._add(number, node.record(FIELDS["devices"]))

    def _add(self, number: int, row: Record) -> None:
        key = row["id"].filled(longest=128)
        if key in self.numbers:
            row["id"].bad(f"It is the id of devices[{self.numbers[key] - 1}] too. Change one.")
        self.numbers[key] = number
        self.tables["devices"].append(
            _of(number)
            | {
                "kind": row["kind"].choice(list(DeviceKind), default=DeviceKind.SUBSCRIBER.value),
                "key": key,
                "group": row["group"].text(longest=200),
                "tags": _tags(row["tags"]),
            }
        )
        changes = {"statuses": _status, "plans": _plan, "options": _option}
        for name, read in changes.items():
            points = [read(point) for point in _points(row[name], 3 if name == "options" else 2)]
            _check_instants(row[name], points)
            self.tables[name] += [_of(number) | point for point in points]


def _of(number: int | None) -> dict[str, Any]:
    return {"account_id": ACCOUNT, "device_id": number}


def _tags(node: Node) -> str:
    tags = {}
    for name, value in node.members():
        if not name:
            value.bad("This tag has no name. Name it.")
        _name = value.child("name", name).text(longest=100)
        tags[name] = value.text(longest=256, lines=True)
    if len(tags) > MOST_TAGS:
        node.bad(f"It has {len(tags)} tags; a device can have {MOST_TAGS}.")
    return json.dumps(tags, ensure_ascii=False, sort_keys=True)


def _points(node: Node, size: int) -> Iterator[Sequence[Node]]:
    """The changes of a history, each as its parts."""
    shape = "[instant, option, true]" if size == 3 else "[instant, value]"
    for point in node.entries(most=MOST_CHANGES):
        parts = point.entries(most=MOST_CHANGES)
        if len(parts) == size:
            yield parts
        elif isinstance(point.value, list):
            point.bad(f"It has {len(parts)} entries. Write {size}: {shape}.")


def _status(parts: Sequence[Node]) -> dict[str, Any]:
    return {"at": parts[0].instant(), "status": parts[1].choice(list(Status))}


def _plan(parts: Sequence[Node]) -> dict[str, Any]:
    return {"at": parts[0].instant(), "plan": parts[1].code()}


def _option(parts: Sequence[Node]) -> dict[str, Any]:
    return {
        "at": parts[0].instant(),
        "option": parts[1].code(OPTION),
        "enabled": parts[2].flag(),
    }


def _check_instants(node: Node, points: Rows) -> None:
    """Of two changes at one instant nobody could tell which one holds."""
    if node.problems.count:
        return
    places = {(point["at"], point.get("option")) for point in points}
    if len(places) < len(points):
        node.bad("Two changes are at the same instant. Remove one, or move it.")


def _contract(row: Record, items: Mapping[str, Item]) -> dict[str, Any]:
    """It counts for twelve whole calendar months, from the one in which it starts (Q22)."""
    check_rule(row["item"], items, QuantityRule.CONTRACT_UNITS)
    first = Month.of(row["since"].day())
    try:
        last = first.plus(TERM - 1)
    except BadMonth as error:
        row["since"].bad(f"The contract would end too late: {error}")
        last = first
    return {
        "account_id": ACCOUNT,
        "code": row["item"].code(),
        "units": row["units"].whole(most=GREATEST_POOL),
        "first_day": first.first_day,
        "last_day": last.last_day,
    }


def _usage(row: Record, numbers: Mapping[str, int]) -> dict[str, Any]:
    node = row["device"]
    key = node.filled(longest=128) if node.is_there else None
    if key and key not in numbers:
        node.bad(f"{excerpt(key)} is not among the devices.{alike(key, numbers)}")
    return _of(numbers.get(key) if key else None) | {
        "day": row["day"].day(default=NO_DAY),
        "meter": row["meter"].code(),
        "variant": row["variant"].code(VARIANT),
        "quantity": str(row["quantity"].whole(least=0, default=0)),
    }
