"""A small evaluator: computes a line from its explanation, as JSON, and from nothing else.

It shares nothing with `invoices.rating` and does what docs/rating.md says of each rule, unit by
unit where that is plain.
"""

import calendar
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Context, Decimal
from functools import reduce
from typing import Any

EXACT = Context(prec=200)
Facts = dict[str, Any]
Told = tuple[Decimal, Decimal, Decimal]


def evaluated(explanation: dict[str, Any]) -> Told:
    """Unit price, quantity and amount."""
    rule, facts = explanation["item"]["rule"], explanation["facts"]
    if rule in FOLLOWING:
        price, quantity = FOLLOWING[rule](explanation)
    elif (explanation["price"] or {})["kind"] == "package":
        price, quantity = package(explanation["price"], facts)
    else:
        counted = COUNTED[rule](explanation["item"]["inputs"], facts, explanation)
        price, quantity = in_tiers(explanation, counted)
    return price, Decimal(quantity), EXACT.multiply(price, Decimal(quantity))


def at(text: str | None) -> datetime:
    return datetime.fromisoformat(text or "9999-12-31T00:00:00Z")


def day_of(explanation: dict[str, Any]) -> str:
    written = explanation["line"]["date"]
    return f"{written[:4]}-{written[4:6]}-{written[6:]}"


def holds(held: Facts, end: str) -> bool:
    return at(held["since"]) < at(end) <= at(held["until"])


def usage_sum(inputs: Facts, facts: Facts, told: Facts) -> int:
    rows = facts["usage"]
    assert all(row["meter"] in inputs["meters"] and row["date"] == day_of(told) for row in rows)
    return sum(int(row["quantity"]) for row in rows)


def days_in_status(inputs: Facts, facts: Facts, told: Facts) -> int:
    is_end = at(facts["day_end"]) == at(f"{day_of(told)}T00:00:00Z") + timedelta(days=1)
    held = facts["status"]
    return int(is_end and holds(held, facts["day_end"]) and held["status"] in inputs["statuses"])


def days_with_option(inputs: Facts, facts: Facts, _told: Facts) -> int:
    option, status, end = facts["option"], facts["status"], facts["day_end"]
    is_on = option["option"] == inputs["option"] and option["enabled"] and holds(option, end)
    is_there = holds(status, end) and status["status"] not in ("none", "terminated")
    return int(is_on and is_there)


def months_in_status(inputs: Facts, facts: Facts, told: Facts) -> int:
    counted = [
        spell
        for spell in facts["spells"]
        if spell["status"] in inputs["statuses"]
        and spell["plan"] in inputs.get("plans", [spell["plan"]])
        and at(spell["start"]) < at(spell["end"])
    ]
    assert counted[0]["start"][:10] == told["steps"][0]["priced_on"]
    return int(bool(counted))


def years_in_status(_inputs: Facts, facts: Facts, told: Facts) -> int:
    began, day = at(facts["stay"]["since"]).date(), date.fromisoformat(day_of(told))
    last = calendar.monthrange(day.year, day.month)[1]
    due = date(day.year, began.month, min(began.day, last))
    stays = at(facts["stay"]["until"]) >= at(facts["day_end"])
    return int(day == due and day.year - began.year == facts["years"] >= 1 and stays)


def transition(inputs: Facts, facts: Facts, told: Facts) -> int:
    return sum(
        change["at"][:10] == day_of(told)
        and change["entered"] in inputs["to"]
        and change["left"] in inputs.get("from", [change["left"]])
        and change["left"] != change["entered"]
        for change in facts["changes"]
    )


def once_created(_inputs: Facts, facts: Facts, told: Facts) -> int:
    first = facts["created"]
    return int(first["status"] != "none" and first["at"][:10] == day_of(told))


def hours_running(_inputs: Facts, facts: Facts, told: Facts) -> int:
    start = at(f"{day_of(told)}T00:00:00Z")
    hours = [start + timedelta(hours=hour) for hour in range(24)]
    return sum(
        any(
            at(spell["start"]) < hour + timedelta(hours=1) and at(spell["end"]) > hour
            for spell in facts["running"]
            if spell["option"] == option
        )
        for option in {spell["option"] for spell in facts["running"]}
        for hour in hours
    )


def any_in_month(inputs: Facts, facts: Facts, told: Facts) -> int:
    events = facts.get("days") or [{"date": on["start"][:10]} for on in facts["switched_on"]]
    assert events[0]["date"] == told["steps"][0]["priced_on"]
    if "month" in inputs:
        is_new = facts["first_enabled"][:7].replace("-", "") == told["line"]["date"]
        return int(is_new == (inputs["month"] == "first"))
    return 1


def first_unit(_inputs: Facts, facts: Facts, told: Facts) -> int:
    return int(facts["oldest"]["device"] == told["line"]["device"])


def additional_unit(_inputs: Facts, facts: Facts, told: Facts) -> int:
    is_later = at(facts["registered"]) >= at(facts["oldest"]["registered"])
    return int(is_later and facts["oldest"]["device"] != told["line"]["device"])


def packs(_inputs: Facts, facts: Facts, told: Facts) -> int:
    most = max(int(row["quantity"]) for row in facts["days"])
    days = [row["date"] for row in facts["days"] if int(row["quantity"]) == most]
    assert days[0] == told["steps"][0]["priced_on"]
    return most


def above_allowance(inputs: Facts, facts: Facts, told: Facts) -> int:
    assert facts["days"][-1]["date"] == day_of(told)
    left: int = inputs["allowance"]
    excess = 0
    for row in facts["days"]:
        excess = max(0, int(row["quantity"]) - left)
        left = max(0, left - int(row["quantity"]))
    return excess


def peak_active(_inputs: Facts, facts: Facts, _told: Facts) -> int:
    return sum(
        at(device["start"]) <= at(peak["at"]) < at(device["end"])
        for peak in facts["peaks"]
        for device in peak["devices"]
    )


def distinct_active(_inputs: Facts, facts: Facts, _told: Facts) -> int:
    return sum(len({device["device"] for device in plan["devices"]}) for plan in facts["plans"])


def contract_units(_inputs: Facts, facts: Facts, told: Facts) -> int:
    return sum(
        int(contract["units"])
        for contract in facts["contracts"]
        if contract["first_day"][:7] <= day_of(told)[:7] <= contract["last_day"][:7]
    )


def package(price: Facts, facts: Facts) -> tuple[Decimal, int]:
    total, size = sum(int(row["quantity"]) for row in facts["days"]), int(price["size"])
    return Decimal(price["unit_price"]), total // size + (total % size > 0)


def in_tiers(told: dict[str, Any], counted: int) -> tuple[Decimal, int]:
    price = told["price"]
    if price["kind"] == "flat":
        return Decimal(price["unit_price"]), counted
    split = told["steps"][1]
    tiers = [(int(t["up_to"] or 10**40), Decimal(t["price"])) for t in price["tiers"]]
    if price["kind"] == "volume":
        return next(each for up_to, each in tiers if int(split["total"]) <= up_to), counted
    units = range(int(split["before"]) + 1, int(split["before"]) + counted + 1)
    chosen = split["tier"] - 1
    lowest = tiers[chosen - 1][0] if chosen else 0
    return tiers[chosen][1], sum(lowest < unit <= tiers[chosen][0] for unit in units)


def rounded_up(told: dict[str, Any]) -> tuple[Decimal, int]:
    inputs, used = told["item"]["inputs"], told["facts"]["used"]
    total, unit = sum(int(row["quantity"]) for row in used), int(told["steps"][0]["unit"])
    assert unit in {inputs.get("unit", 1), *inputs.get("units", {}).values()}
    last = [row for row in used if row["date"] == told["facts"]["last_day"]]
    assert last[-1]["date"] == max(row["date"] for row in used)
    price = Decimal(told["line"]["unit_price"])
    assert price in {Decimal(row["unit_price"]) for row in last}
    missing = 0
    while (total + missing) % unit:
        missing += 1
    return price, missing


def free_tier(told: dict[str, Any]) -> tuple[Decimal, int]:
    inputs, price = told["item"]["inputs"], -Decimal(told["line"]["unit_price"])
    usual = inputs.get("allowance", 0)
    left = int(inputs.get("allowances", {}).get(told["facts"].get("plan"), usual))
    for row in sorted(told["facts"]["charges"], key=lambda each: -Decimal(each["unit_price"])):
        free = min(left, int(row["quantity"]))
        if Decimal(row["unit_price"]) == price:
            return -price, free
        left -= free
    raise LookupError(price)


def volume_discount(told: dict[str, Any]) -> tuple[Decimal, int]:
    step = told["steps"][0]
    above, up_to = int(step["above"]), int(step["up_to"] or 10**40)
    quantities = [int(row["quantity"]) for row in told["facts"]["together"]]
    units = sum(max(0, min(quantity, up_to) - above) for quantity in quantities)
    return -EXACT.divide(Decimal(step["less"]), Decimal(step["per"])), units


def long_term_discount(told: dict[str, Any]) -> tuple[Decimal, int]:
    facts = told["facts"]
    pool = sum(int(contract["units"]) for contract in facts["contracts"])
    taken = sum(
        max(0, min(int(row["quantity"]), pool - int(row["dearer"]))) for row in facts["days"]
    )
    return Decimal(told["line"]["unit_price"]), taken


ORDER = ["standard", "reduced", "out_of_scope"]
Tax = tuple[str, str]


def coupon(told: dict[str, Any]) -> tuple[Decimal, int]:
    """Coupon by coupon, and rate by rate, what each takes of what is left to be paid."""
    step, uses = told["steps"][0], list[tuple[Facts, Tax, Decimal]]()
    for each in told["facts"]["coupons"]:
        uses += taken_by(each, told["facts"]["charges"], uses)
    [amount] = [
        amount
        for each, tax, amount in uses
        if (each["code"], *tax) == (step["code"], step["tax_category"], step["tax_date"])
    ]
    return (Decimal(-1), int(amount)) if amount == int(amount) else (-amount, 1)


def taken_by(
    purse: Facts, charges: list[Facts], uses: list[tuple[Facts, Tax, Decimal]]
) -> list[tuple[Facts, Tax, Decimal]]:
    due: dict[Tax, Decimal] = defaultdict(Decimal)
    for row in charges:
        if purse["pays"] is None or row["item"] in purse["pays"]:
            tax = row["tax_category"], row["tax_date"]
            due[tax] = EXACT.add(due[tax], Decimal(row["amount"]))
    for other, tax, amount in uses:
        if None in (other["pays"], purse["pays"]) or set(other["pays"]) & set(purse["pays"]):
            due[tax] = EXACT.subtract(due[tax], amount)
    left = min(Decimal(purse["balance"]), reduce(EXACT.add, due.values(), Decimal(0)))
    found = []
    for tax in sorted(due, key=lambda tax: (ORDER.index(tax[0]), -int(tax[1].replace("-", "")))):
        amount = min(left, due[tax])
        if amount > 0:
            found.append((purse, tax, amount))
            left = EXACT.subtract(left, amount)
    return found


COUNTED: dict[str, Callable[[Facts, Facts, Facts], int]] = {
    "sum": usage_sum,
    "days_in_status": days_in_status,
    "days_with_option": days_with_option,
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
FOLLOWING: dict[str, Callable[[dict[str, Any]], tuple[Decimal, int]]] = {
    "rounded_up": rounded_up,
    "free_tier": free_tier,
    "volume_discount": volume_discount,
    "long_term_discount": long_term_discount,
    "coupon": coupon,
}
