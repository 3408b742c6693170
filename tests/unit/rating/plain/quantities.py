"""How much of an item the facts come to, rule by rule."""

import calendar
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from tests.unit.rating.plain.facts import (
    ACCOUNT,
    DAY,
    NEVER,
    Document,
    Item,
    Use,
    counted_days,
    first_day,
    held,
    midnight,
    of_kind,
    order,
    plan_on,
    points,
    pools_of,
    spells,
    switched_on,
    used,
)


def usage_sum(document: Document, item: Item) -> list[Use]:
    return [Use(*key, quantity) for key, quantity in used(document, item).items()]


def days_in_status(document: Document, item: Item) -> list[Use]:
    return [
        Use(device["id"], day.day)
        for device in of_kind(document, item)
        for day in counted_days(document)
        if held(points(device, "statuses"), midnight(day + DAY)) in item["inputs"]["statuses"]
    ]


def months_in_status(document: Document, item: Item) -> list[Use]:
    found = []
    for device in of_kind(document, item):
        times = spells(document, item, device)
        if times:
            found.append(Use(device["id"], 0, plan=times[0][2], priced_on=times[0][0].day))
    return found


def years_in_status(document: Document, item: Item) -> list[Use]:
    """Ready counts too on the days of a plan that charges it."""
    statuses, plans = item["inputs"]["statuses"], item["inputs"].get("ready_plans", [])
    usual = years_in(document, item, statuses)
    longer = years_in(document, item, [*statuses, "ready"])
    return [
        *(use for use in usual if plan_on(document, use) not in plans),
        *(use for use in longer if plan_on(document, use) in plans),
    ]


def years_in(document: Document, item: Item, statuses: list[str]) -> list[Use]:
    found = []
    for device in of_kind(document, item):
        began: datetime | None = None
        history = points(device, "statuses")
        for (at, status), after in zip(history, [*history[1:], (NEVER,)], strict=False):
            began = (began or at) if status in statuses else None
            found += [
                Use(device["id"], day.day)
                for day in counted_days(document)
                # The day lies in this stretch at its end.
                if began and at < midnight(day + DAY) <= after[0] and is_anniversary(began, day)
            ]
    return found


def is_anniversary(began: datetime, day: date) -> bool:
    if day.year <= began.year:
        return False
    last = calendar.monthrange(day.year, began.month)[1]
    return day == date(day.year, began.month, min(began.day, last))


def transition(document: Document, item: Item) -> list[Use]:
    found = []
    for device in of_kind(document, item):
        before = "none"
        for at, status in points(device, "statuses"):
            leaves = before in item["inputs"].get("from", [before])
            if leaves and status in item["inputs"]["to"] and status != before:
                found.append((device["id"], at.date()))
            before = status
    return [Use(device, day.day) for device, day in found if day in counted_days(document)]


def once_created(document: Document, item: Item) -> list[Use]:
    found = []
    for device in of_kind(document, item):
        real = [at for at, status in points(device, "statuses") if status != "none"]
        if real and real[0].date() in counted_days(document):
            found.append(Use(device["id"], real[0].day))
    return found


def hours_running(document: Document, item: Item) -> list[Use]:
    found: dict[tuple[str, int], int] = defaultdict(int)
    for device in of_kind(document, item):
        if "option" in item["inputs"]:
            running = list(switched_on(document, item, device).values())
        else:
            running = [[spell[:2] for spell in spells(document, item, device)]]
        for day in counted_days(document):
            for hour in range(24):
                start = midnight(day) + timedelta(hours=hour)
                end = start + timedelta(hours=1)
                found[device["id"], day.day] += sum(
                    any(begins < end and ends > start for begins, ends in times)
                    for times in running
                )
    return [Use(device, day, quantity=hours) for (device, day), hours in found.items()]


def any_in_month(document: Document, item: Item) -> list[Use]:
    first: dict[tuple[str, str], int] = {}
    for device, day, variant in sorted(_events(document, item), key=lambda event: event[1]):
        who = ACCOUNT if item["inputs"].get("per") == "account" else device
        named = variant if "{variant}" in item.get("name", "") else ""
        first.setdefault((who, named), day)
    return [Use(who, 0, variant, priced_on=day) for (who, variant), day in first.items()]


def _events(document: Document, item: Item) -> Iterator[tuple[str, int, str]]:
    if "meters" in item["inputs"]:
        yield from used(document, item)
        return
    for device in of_kind(document, item):
        name = item["inputs"]["option"]
        ever = [at for at, option, on in points(device, "options") if option == name and on]
        is_new = bool(ever) and ever[0] >= midnight(first_day(document))
        which = item["inputs"].get("month")
        if which is None or is_new == (which == "first"):
            for times in switched_on(document, item, device).values():
                yield from ((device["id"], start.day, "") for start, _end in times)


def first_unit(document: Document, item: Item) -> list[Use]:
    return _by_age(document, item)[:1]


def additional_unit(document: Document, item: Item) -> list[Use]:
    return _by_age(document, item)[1:]


def _by_age(document: Document, item: Item) -> list[Use]:
    found = []
    for device in of_kind(document, item):
        times = spells(document, item, device)
        if times:
            real = [at for at, status in points(device, "statuses") if status != "none"]
            use = Use(device["id"], 0, plan=times[0][2], priced_on=times[0][0].day)
            found.append((real[0], order(document, device["id"]), use))
    return [use for _registered, _place, use in sorted(found, key=lambda row: row[:2])]


def packs(document: Document, item: Item) -> list[Use]:
    most: dict[tuple[str, str], tuple[int, int]] = {}
    for (device, day, variant), quantity in sorted(used(document, item).items()):
        greatest, _day = most.get((device, variant), (0, 0))
        if quantity > greatest:
            most[device, variant] = (quantity, day)
    return [
        Use(device, 0, variant, quantity, priced_on=day)
        for (device, variant), (quantity, day) in most.items()
    ]


def above_allowance(document: Document, item: Item) -> list[Use]:
    inputs = item["inputs"]
    by_day: dict[tuple[str, int, str], int] = defaultdict(int)
    for (device, day, variant), quantity in used(document, item).items():
        by_day[ACCOUNT if inputs["scope"] == "account" else device, day, variant] += quantity
    left: dict[tuple[str, str, int], int] = {}
    found = []
    for (device, day, variant), quantity in sorted(by_day.items()):
        period = (device, variant, day if inputs["period"] == "day" else 0)
        free = min(quantity, left.setdefault(period, inputs["allowance"]))
        left[period] -= free
        found.append(Use(device, day, variant, quantity - free))
    return found


def peak_active(document: Document, item: Item) -> list[Use]:
    found = []
    for plan, times in _by_plan(document, item).items():
        running = (sum(s <= at < e for s, e, _device in times) for at, _end, _device in times)
        found.append(_monthly(document, item, plan, max(running)))
    return found


def distinct_active(document: Document, item: Item) -> list[Use]:
    return [
        _monthly(document, item, plan, len({device for _start, _end, device in times}))
        for plan, times in _by_plan(document, item).items()
    ]


def _monthly(document: Document, item: Item, plan: str, quantity: int) -> Use:
    variant = plan if "{variant}" in item.get("name", "") else ""
    first = f"{document['month']}-01"
    return Use(ACCOUNT, 0, variant, quantity, plan=plan, priced_on=1, taxed=first)


def _by_plan(document: Document, item: Item) -> dict[str, list[tuple[datetime, datetime, str]]]:
    found = defaultdict(list)
    for device in of_kind(document, item):
        for start, end, plan in spells(document, item, device):
            found[plan].append((start, end, device["id"]))
    return found


def contract_units(document: Document, item: Item) -> list[Use]:
    pools = pools_of(document, item["code"])
    return [Use(ACCOUNT, 0, quantity=n, priced_on=1, taxed=day) for day, n in pools.items()]


QUANTITIES: dict[str, Callable[[Document, Item], list[Use]]] = {
    "sum": usage_sum,
    "days_in_status": days_in_status,
    "months_in_status": months_in_status,
    "years_in_status": years_in_status,
    "transition": transition,
    "once_created": once_created,
    "hours_running": hours_running,
    "any_in_month": any_in_month,
    "first_unit": first_unit,
    "additional_unit": additional_unit,
    "packs": packs,
    "above_allowance": above_allowance,
    "peak_active": peak_active,
    "distinct_active": distinct_active,
    "contract_units": contract_units,
}
