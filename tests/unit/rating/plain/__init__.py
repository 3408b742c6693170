"""Every rule of docs/rating.md a second time, in plain Python: loops over devices, days and units.

Nothing is shared with `invoices.rating`. It reads scenario documents that bring their own items,
takes quantities one by one, and is as slow as it is plain.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from functools import reduce
from typing import Any

from tests.unit.rating.plain.facts import (
    ACCOUNT,
    Document,
    Item,
    Use,
    counted_days,
    order,
    plan_on,
    pool_of,
)
from tests.unit.rating.plain.quantities import QUANTITIES

EXACT = Context(prec=200)
Line = tuple[str, str, str, Decimal, int, Decimal]


@dataclass(frozen=True)
class Charge:
    """A line before it is written: `key` tells the catalogue row that its price is of."""

    item: str
    name: str
    use: Use
    price: Decimal
    key: str = ""


def lines(document: Document) -> list[Line]:
    """(device, date, item, unit price, quantity, amount) of every charge, sorted."""
    charges = [charge for item in document["items"] for charge in charged(document, item)]
    for step in (rounded_up, free_tier, volume_discount, long_term_discount):
        later = [item for item in document["items"] if item["rule"] == step.__name__]
        charges += [charge for item in later for charge in step(document, item, list(charges))]
    charges += coupon(document, charges)
    month = document["month"].replace("-", "")
    sums: dict[tuple[str, str, str, Decimal, str], int] = defaultdict(int)
    for each in charges:
        day = f"{month}{each.use.day:02}" if each.use.day else month
        told = f"{each.use.variant} {each.use.taxed} {each.key}"
        sums[each.use.device, day, each.name, each.price, told] += each.use.quantity
    return sorted(
        (device, day, name, price, quantity, EXACT.multiply(price, Decimal(quantity)))
        for (device, day, name, price, _told), quantity in sums.items()
    )


def charged(document: Document, item: Item) -> list[Charge]:
    if item["rule"] not in QUANTITIES:
        return []
    uses = [use for use in QUANTITIES[item["rule"]](document, item) if use.quantity > 0]
    by_price: dict[tuple[int, str, str], list[Use]] = defaultdict(list)
    for use in uses:
        plan = plan_on(document, use) if use.plan is None else use.plan
        inputs = item.get("inputs", {})
        if plan not in inputs.get("plans", [plan]) or plan in inputs.get("except_plans", []):
            continue
        place = price_of(document, item["code"], plan, use.variant, use.priced_on or use.day)
        by_price[place, use.variant, use.taxed].append(use)
    return [
        charge
        for (place, *_told), same in by_price.items()
        for charge in in_tiers(document, item, place, same)
    ]


def in_tiers(document: Document, item: Item, place: int, uses: list[Use]) -> Iterator[Charge]:
    row = document["prices"][place]
    kind, per = row.get("kind", "flat"), Decimal(row.get("per", 1))
    name = str(item.get("name", item["code"])).replace("{variant}", uses[0].variant)
    total = sum(use.quantity for use in uses)
    if kind == "package":
        packs = sum(1 for unit in range(total) if unit % int(per) == 0)
        whole = Use(ACCOUNT, 0, uses[0].variant, packs, taxed=uses[0].taxed)
        yield Charge(item["code"], name, whole, Decimal(row["price"]), f"{place}")
        return
    before = 0
    for use in sorted(uses, key=lambda use: (use.day, order(document, use.device))):
        for unit in range(before + 1, before + use.quantity + 1):
            counted = {"flat": 0, "graduated": unit, "volume": total}[kind]
            tier, quoted = tier_of(row, counted)
            one = replace(use, quantity=1)
            yield Charge(item["code"], name, one, EXACT.divide(quoted, per), f"{place}#{tier}")
        before += use.quantity


def tier_of(row: dict[str, Any], unit: int) -> tuple[int, Decimal]:
    tiers = row.get("tiers", [{"price": row.get("price")}])
    for number, tier in enumerate(tiers):
        if tier.get("up_to") is None or unit <= tier["up_to"]:
            return number, Decimal(tier["price"])
    raise LookupError(unit)


def price_of(document: Document, code: str, plan: str, variant: str, day: int) -> int:
    """The place of the price row in the document."""
    on = f"{document['month']}-{day:02}"
    rows = [
        (row.get("since", "2000-01-01"), place)
        for place, row in enumerate(document["prices"])
        if row["item"] == code and row.get("since", "2000-01-01") <= on
    ]
    for wanted in ((plan, variant), (plan, ""), ("", variant), ("", "")):
        fits = [
            (since, place)
            for since, place in rows
            if (
                document["prices"][place].get("plan", ""),
                document["prices"][place].get("variant", ""),
            )
            == wanted
        ]
        if fits:
            return max(fits)[1]
    raise LookupError(f"{code} {plan} {variant} {day}")


def follows(item: Item, charges: list[Charge]) -> list[Charge]:
    return [charge for charge in charges if charge.item in item["inputs"]["items"]]


def rounded_up(document: Document, item: Item, charges: list[Charge]) -> Iterator[Charge]:
    by_sim: dict[tuple[str, str], list[Charge]] = defaultdict(list)
    for charge in follows(item, charges):
        by_sim[charge.use.device, charge.use.variant].append(charge)
    for (device, variant), used in by_sim.items():
        unit = item["inputs"].get("units", {}).get(variant, item["inputs"].get("unit", 1))
        missing = 0
        while (sum(charge.use.quantity for charge in used) + missing) % unit:
            missing += 1
        if missing:
            last = max(used, key=lambda charge: charge.use.day)
            name = str(item.get("name", item["code"])).replace("{variant}", variant)
            use = Use(device, 0, variant, missing)
            yield Charge(item["code"], name, use, last.price, f"rounded {last.key}")


def free_tier(document: Document, item: Item, charges: list[Charge]) -> Iterator[Charge]:
    inputs = item["inputs"]
    own, usual = inputs.get("allowances"), inputs.get("allowance", 0)
    by_price: dict[tuple[str, str], dict[Decimal, int]] = defaultdict(lambda: defaultdict(int))
    freed = follows(item, charges)
    for charge in freed:
        who = charge.use.device if inputs["scope"] == "device" else ACCOUNT
        plan = plan_used_on(document, charge, freed) if own else ""
        by_price[who, plan][charge.price] += charge.use.quantity
    for (who, plan), used in by_price.items():
        left = own.get(plan, usual) if own else usual
        for price in sorted(used, reverse=True):
            free = min(left, used[price])
            if free and price:
                left -= free
                yield Charge(item["code"], item["code"], Use(who, 0, quantity=free), -price, plan)


def plan_used_on(document: Document, charge: Charge, others: list[Charge]) -> str:
    """The plan on the day; for the whole month, on the last day of use."""
    device = charge.use.device
    days = [each.use.day for each in others if each.use.device == device]
    day = charge.use.day or max(days) or len(counted_days(document))
    return plan_on(document, replace(charge.use, day=day, priced_on=0))


def volume_discount(document: Document, item: Item, charges: list[Charge]) -> Iterator[Charge]:
    inputs = item["inputs"]
    together: dict[tuple[Any, ...], int] = defaultdict(int)
    for charge in follows(item, charges):
        day = charge.use.day if inputs["period"] == "day" else 0
        variant = charge.use.variant if inputs.get("by") == "variant" else ""
        together[day, variant] += charge.use.quantity
    for quantity in together.values():
        for unit in range(1, quantity + 1):
            below = [border for border in inputs["borders"] if unit > border["above"]]
            if below:
                border = max(below, key=lambda row: int(row["above"]))
                less = EXACT.divide(Decimal(border["less"]), Decimal(border.get("per", 1)))
                yield Charge(item["code"], item["code"], Use(ACCOUNT, 0), -less)


def long_term_discount(document: Document, item: Item, charges: list[Charge]) -> Iterator[Charge]:
    by_day: dict[int, list[Charge]] = defaultdict(list)
    for charge in follows(item, charges):
        by_day[charge.use.day] += [charge] * charge.use.quantity
    pool = pool_of(document, item["inputs"]["contract"])
    for day in by_day.values():
        for charge in sorted(day, key=lambda each: each.price, reverse=True)[:pool]:
            if charge.price:
                yield Charge(item["code"], item["code"], Use(ACCOUNT, 0), -charge.price)


RATES = ["standard", "reduced", "out_of_scope"]
Tax = tuple[str, str]
"""Category, and the day that decides the rate: none is the last of the month."""
TAKES_BACK = ["free_tier", "volume_discount", "long_term_discount"]


def paid_by(document: Document, bought: dict[str, Any]) -> set[str]:
    """The codes of what a coupon pays; what takes back from these belongs to them."""
    items = {item["code"]: item for item in document["items"]}
    named = set(items[bought["item"]].get("inputs", {}).get("items", []))
    if not named:
        return set(items)
    return named | {
        code
        for code, item in items.items()
        if item["rule"] in TAKES_BACK and set(item["inputs"]["items"]) & named
    }


def highest_first(taxes: Iterable[Tax]) -> list[Tax]:
    """By category; of one, the latest day."""
    latest = sorted(taxes, key=lambda tax: tax[1] or "9999", reverse=True)
    return sorted(latest, key=lambda tax: RATES.index(tax[0]))


def coupon(document: Document, charges: list[Charge]) -> list[Charge]:
    """Coupon by coupon, and rate by rate, as long as there is something to be paid."""
    items = {item["code"]: item for item in document["items"]}
    month = document["month"]
    bought = sorted(
        (row for row in document.get("coupons", []) if row["purchased"] <= month <= row["expires"]),
        key=lambda row: (
            "items" not in items[row["item"]].get("inputs", {}),
            *(row["expires"], row["purchased"], row["code"]),
        ),
    )
    groups = {row["code"]: paid_by(document, row) for row in bought}
    paid: list[tuple[str, Tax, Decimal]] = []
    for row in bought:
        group = groups[row["code"]]
        due: dict[Tax, Decimal] = defaultdict(Decimal)
        for each in charges:
            if each.item in group:
                tax = items[each.item].get("tax_category", "standard"), each.use.taxed
                amount = EXACT.multiply(each.price, Decimal(each.use.quantity))
                due[tax] = EXACT.add(due[tax], amount)
        for code, tax, amount in paid:
            if groups[code] & group:
                due[tax] = EXACT.subtract(due[tax], amount)
        left = min(Decimal(row["balance"]), reduce(EXACT.add, due.values(), Decimal(0)))
        for tax in highest_first(due):
            if min(left, due[tax]) > 0:
                paid.append((row["code"], tax, min(left, due[tax])))
                left = EXACT.subtract(left, paid[-1][2])
    named = {row["code"]: row["item"] for row in bought}
    return [paying(named[code], amount, f"{code} {tax}") for code, tax, amount in paid]


def paying(item: str, amount: Decimal, key: str) -> Charge:
    whole = amount == int(amount)
    price, quantity = (Decimal(-1), int(amount)) if whole else (-amount, 1)
    return Charge(item, item, Use(ACCOUNT, 0, quantity=quantity), price, key)
