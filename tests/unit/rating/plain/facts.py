"""Reading a scenario document: its days, its devices and what becomes of them."""

import calendar
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

DAY = timedelta(days=1)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
ACCOUNT = ""
Document = dict[str, Any]
Item = dict[str, Any]


@dataclass(frozen=True)
class Use:
    """So much of an item by a device (or the account) on a day; day 0 is the whole month. `taxed`
    is the day that decides the tax rate, if not the last of the month.
    """

    device: str
    day: int
    variant: str = ""
    quantity: int = 1
    plan: str | None = None
    priced_on: int = 0
    taxed: str = ""


def first_day(document: Document) -> date:
    return date.fromisoformat(f"{document['month']}-01")


def counted_days(document: Document) -> list[date]:
    first = first_day(document)
    days = [first + n * DAY for n in range(calendar.monthrange(first.year, first.month)[1])]
    return [
        day for day in days if day <= date.fromisoformat(document.get("through", f"{days[-1]}"))
    ]


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def points(device: dict[str, Any], field: str) -> list[Any]:
    return sorted((datetime.fromisoformat(row[0]), *row[1:]) for row in device.get(field, []))


def held(history: list[Any], before: datetime) -> Any:
    known = [row[1] for row in history if row[0] < before]
    return known[-1] if known else None


def plan_on(document: Document, use: Use) -> str:
    for device in document.get("devices", []):
        if device["id"] == use.device:
            day = first_day(document) + ((use.priced_on or use.day) - 1) * DAY
            return held(points(device, "plans"), midnight(day + DAY)) or ""
    return ""


def of_kind(document: Document, item: Item) -> list[dict[str, Any]]:
    kind = item.get("device_kind", "")
    return [d for d in document.get("devices", []) if kind in ("", d.get("kind", "subscriber"))]


def stretches(document: Document, history: list[Any]) -> Iterator[tuple[datetime, datetime, Any]]:
    """From change to change, within the days that count."""
    days = counted_days(document)
    for (start, *value), after in zip(history, [*history[1:], (NEVER,)], strict=False):
        if not days:
            return
        begin, end = max(start, midnight(days[0])), min(after[0], midnight(days[-1] + DAY))
        if begin < end:
            yield begin, end, value


def spells(
    document: Document, item: Item, device: dict[str, Any]
) -> list[tuple[datetime, datetime, str]]:
    """Start, end and plan of the time in the item's statuses, cut where a plan changes."""
    found = []
    plans = points(device, "plans")
    early = (datetime(1900, 1, 1, tzinfo=UTC), "")
    for start, end, [status] in stretches(document, points(device, "statuses")):
        if status not in item["inputs"]["statuses"]:
            continue
        for begins, ends, [plan] in stretches(document, [early, *plans]):
            if max(start, begins) < min(end, ends):
                found.append((max(start, begins), min(end, ends), plan))
    wanted = item["inputs"].get("plans")
    return sorted(spell for spell in found if wanted is None or spell[2] in wanted)


def switched_on(
    document: Document, item: Item, device: dict[str, Any]
) -> dict[str, list[tuple[datetime, datetime]]]:
    """Start and end of the time that each option of this name is on."""
    wanted, found = item["inputs"]["option"], {}
    for name in {row[1] for row in device.get("options", [])}:
        if name == wanted or name.startswith(f"{wanted}:"):
            history = [row for row in points(device, "options") if row[1] == name]
            parts = stretches(document, history)
            found[name] = [(start, end) for start, end, [_name, on] in parts if on]
    return found


def used(document: Document, item: Item) -> dict[tuple[str, int, str], int]:
    """By device, day and variant what the item's meters counted."""
    sums: dict[tuple[str, int, str], int] = defaultdict(int)
    for row in document.get("usage", []):
        day = date.fromisoformat(row["day"])
        if row["meter"] in item["inputs"]["meters"] and day in counted_days(document):
            sums[row.get("device", ACCOUNT), day.day, row.get("variant", "")] += row["quantity"]
    return {key: quantity for key, quantity in sums.items() if quantity}


def order(document: Document, device: str) -> tuple[int, str, str]:
    """Devices by kind and id, then the account itself."""
    kinds = {row["id"]: row.get("kind", "subscriber") for row in document.get("devices", [])}
    return (0, kinds[device], device) if device else (1, "", "")


def pool_of(document: Document, code: str) -> int:
    return sum(pools_of(document, code).values())


def pools_of(document: Document, code: str) -> dict[str, int]:
    """The units of the contracts that hold, by the month in which they began: twelve months, the
    one they start in included.
    """
    now = first_day(document)
    units: dict[str, int] = defaultdict(int)
    for row in document.get("contracts", []):
        start = date.fromisoformat(row["since"])
        age = (now.year - start.year) * 12 + now.month - start.month
        if row["item"] == code and age in range(12):
            units[f"{start:%Y-%m}-01"] += row["units"]
    return units
