"""A second, plain implementation of rating: loops over days and Python decimals, nothing shared.

It reads the same scenario documents as `invoices.rating.scenarios` and knows only what
docs/rating.md says.
"""

import calendar
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal
from typing import Any

EXACT = Context(prec=200)
Line = tuple[str, str, str, Decimal, int, Decimal]

STATUS_ITEMS = {
    "ready": "basicCharge-ready",
    "active": "basicCharge-active",
    "inactive": "basicCharge-inactive",
    "suspended": "basicCharge-suspended",
    "standby": "basicCharge-suspended",
}

ITEMS = {
    *STATUS_ITEMS.values(),
    *("uploadDataCharge", "downloadDataCharge", "dataTrafficCharge", "customDNSCharge"),
    *("soracomBeamRequestCharge", "soracomBeamRequestFreeTier"),
}


def lines(document: dict[str, Any]) -> list[Line]:
    """(device, date, item, unit price, quantity, amount) of every charge, sorted."""
    charges: list[Line] = []
    for device in document.get("devices", []):
        for day in days_of(document):
            charges += device_day(document, device, day)
    charges += used(document)
    return sorted(charges + free_requests(document, charges))


def days_of(document: dict[str, Any]) -> list[date]:
    year, month = map(int, document["month"].split("-"))
    days = [date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1)]
    last = date.fromisoformat(document.get("through", days[-1].isoformat()))
    return [day for day in days if day <= last]


def held(points: list[list[Any]], day: date) -> list[Any] | None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    before = [point for point in points if datetime.fromisoformat(point[0]) < midnight]
    return max(before, key=lambda point: datetime.fromisoformat(point[0])) if before else None


def device_day(document: dict[str, Any], device: dict[str, Any], day: date) -> list[Line]:
    status = (held(device.get("statuses", []), day) or ["", "none"])[1]
    plan = (held(device.get("plans", []), day) or ["", ""])[1]
    wanted = [STATUS_ITEMS[status]] if status in STATUS_ITEMS else []
    options = [point for point in device.get("options", []) if point[1] == "custom_dns"]
    option = held(options, day)
    if option is not None and option[2] and status not in ("none", "terminated"):
        wanted.append("customDNSCharge")
    found = []
    for item in wanted:
        unit = price(document, item, plan, "", day)
        found.append((device["id"], f"{day:%Y%m%d}", item, unit, 1, unit))
    return found


def used(document: dict[str, Any]) -> list[Line]:
    sums: dict[tuple[str, date, str, str], int] = defaultdict(int)
    for row in document.get("usage", []):
        day = date.fromisoformat(row["day"])
        item = item_of(document["coverage"], row["meter"])
        sums[row.get("device", ""), day, item, row.get("variant", "")] += int(row["quantity"])
    plans = {device["id"]: device.get("plans", []) for device in document.get("devices", [])}
    found = []
    for (device, day, item, variant), quantity in sums.items():
        if quantity and day in days_of(document):
            plan = (held(plans.get(device, []), day) or ["", ""])[1]
            unit = price(document, item, plan, variant, day)
            amount = EXACT.multiply(unit, Decimal(quantity))
            found.append((device, f"{day:%Y%m%d}", f"{item}-{variant}", unit, quantity, amount))
    return found


def item_of(coverage: str, meter: str) -> str:
    if meter == "beam.request":
        return "soracomBeamRequestCharge"
    if coverage == "global":
        return "dataTrafficCharge"
    return {"data.upload": "uploadDataCharge", "data.download": "downloadDataCharge"}[meter]


def price(document: dict[str, Any], item: str, plan: str, variant: str, day: date) -> Decimal:
    rows = [row for row in document["prices"] if row["item"] == item and row["since"] <= str(day)]
    for wanted in ((plan, variant), (plan, ""), ("", variant), ("", "")):
        fits = [row for row in rows if (row.get("plan", ""), row.get("variant", "")) == wanted]
        if fits:
            row = max(fits, key=lambda row: row["since"])
            return EXACT.divide(Decimal(row["price"]), Decimal(row.get("per", 1)))
    raise LookupError(f"{item} {plan} {variant} {day}")


def free_requests(document: dict[str, Any], charges: list[Line]) -> list[Line]:
    by_price: dict[Decimal, int] = defaultdict(int)
    for _device, _day, item, unit, quantity, _amount in charges:
        if item.startswith("soracomBeamRequestCharge") and unit > 0:
            by_price[unit] += quantity
    left, found = 100_000, []
    for unit in sorted(by_price, reverse=True):
        free = min(left, by_price[unit])
        left -= free
        if free:
            amount = EXACT.multiply(-unit, Decimal(free))
            month = document["month"].replace("-", "")
            found.append(("", month, "soracomBeamRequestFreeTier", -unit, free, amount))
    return found
