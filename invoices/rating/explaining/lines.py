"""The explanation of a line: rule, facts, price, and the steps up to its amount."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from billing_portal.common.money import CONTEXT
from invoices.rating.explaining import following, pricing, written
from invoices.rating.explaining.counting import FACTS, Own
from invoices.rating.explaining.following import Following, Found
from invoices.rating.explaining.paying import coupon
from invoices.rating.explaining.rebuilt import Rebuilt
from invoices.rating.explaining.written import Content, number
from invoices.rating.tariff import FLAT, Item, Price

FOLLOWING = following.FOLLOWING | {"coupon": coupon}
"""By rule: the lines that follow from other lines."""
Mark = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a bill as its detail file has it."""

    kind: str
    device: str
    date: str
    name: str
    unit_price: Decimal
    quantity: Decimal
    amount: Decimal
    code: str
    unit: str
    rule: str
    price: str

    @property
    def content(self) -> Content:
        return {
            "kind": self.kind,
            "device": self.device,
            "date": self.date,
            "name": self.name,
            "unit": self.unit,
            "unit_price": number(self.unit_price),
            "quantity": number(self.quantity),
            "amount": number(self.amount),
        }


def explain(lines: Sequence[Line], rebuilt: Rebuilt | None) -> list[Content]:
    """The explanation of each line, in their order. No two lines get the same one.

    Without inputs a line is told by itself.
    """
    if rebuilt is None:
        return [_content(line, None, None) for line in lines]
    used: set[Mark] = set()
    return [_explained(line, rebuilt, used) for line in lines]


def _explained(line: Line, rebuilt: Rebuilt, used: set[Mark]) -> Content:
    """With the very facts that come to this line; else with what they come to now, or with the
    line alone if nothing is known about its rule.
    """
    candidates = [found for found in _candidates(line, rebuilt) if _mark(found, line) not in used]
    agreeing = [found for found in candidates if _agrees(found, line)]
    agreeing.sort(key=lambda found: found.price != line.price)
    for found in [*agreeing, *candidates][:1]:
        used.add(_mark(found, line))
        return _content(line, rebuilt, found)
    return _content(line, rebuilt, None)


def _mark(found: Found, line: Line) -> Mark:
    return line.kind, line.device, line.date, line.name, repr(found)


def _agrees(found: Found, line: Line) -> bool:
    return found.unit_price == line.unit_price and found.quantity == number(line.quantity)


def _content(line: Line, rebuilt: Rebuilt | None, found: Found | None) -> Content:
    item, name = rebuilt and rebuilt.items.get(line.code), line.rule.partition("@")
    key, _tier = pricing.key_and_tier(found.price if found else line.price)
    price = rebuilt and rebuilt.prices.get(key)
    quantity = Decimal(found.quantity) if found else line.quantity
    unit_price = found.unit_price if found else line.unit_price
    return {
        "line": line.content,
        "item": {"code": line.code, "rule": name[0], "version": int(name[2] or 0)}
        | {"inputs": dict(item.inputs) if item else {}},
        "in_depth": found is not None,
        "changed": rebuilt is not None and _is_changed(line, rebuilt, found),
        "facts": found.facts if found else {},
        "price": pricing.told(price) if price else None,
        "steps": [*(found.steps if found else []), _amount(unit_price, quantity)],
    }


def _is_changed(line: Line, rebuilt: Rebuilt, found: Found | None) -> bool:
    """Tell whether the inputs come to something else than the line says."""
    if found is not None:
        return not _agrees(found, line)
    return _is_known(line, rebuilt)


def _amount(unit_price: Decimal, quantity: Decimal) -> Content:
    return {
        "step": "amount",
        "unit_price": number(unit_price),
        "quantity": number(quantity),
        "amount": number(CONTEXT.multiply(unit_price, quantity)),
    }


def _is_known(line: Line, rebuilt: Rebuilt) -> bool:
    item = rebuilt.items.get(line.code)
    rules = {*FACTS, *FOLLOWING}
    return item is not None and item.rule in rules and _day(line, rebuilt) is not None


def _day(line: Line, rebuilt: Rebuilt) -> int | None:
    """The day of the month, 0 for the whole of it; None for a line of another month."""
    month = rebuilt.tariff.month
    if line.date == month.compact:
        return 0
    days = {f"{day:%Y%m%d}": day.day for day in month.days}
    return days.get(line.date)


def _candidates(line: Line, rebuilt: Rebuilt) -> Iterator[Found]:
    """Everything that the item comes to with this device, date and name."""
    item, day = rebuilt.items.get(line.code), _day(line, rebuilt)
    subject = rebuilt.subject(line.kind, line.device)
    if item is None or day is None or subject is None:
        return
    if item.rule in FOLLOWING:
        charged = rebuilt.before(item)
        seen = Following(rebuilt, item, subject, line.name, charged)
        yield from FOLLOWING[item.rule](seen)
    elif item.rule in FACTS:
        yield from _counted(line, rebuilt, item, subject, day)


def _counted(line: Line, rebuilt: Rebuilt, item: Item, subject: int, day: int) -> Iterator[Found]:
    """What the rule of the item counted, by variant and price."""
    charged = rebuilt.counted(item)
    for number_, position in enumerate(charged.positions):
        price = rebuilt.prices.get(position.price)
        if position.name != line.name or price is None:
            continue
        same = charged.at([number_])
        own = Own(rebuilt, item, subject, day, position.variant, _of(same, subject, day))
        yield from _in_tiers(own, same, price)


def _of(rows: pl.DataFrame, subject: int, day: int) -> pl.DataFrame:
    return rows.filter((pl.col("subject") == subject) & (pl.col("day") == day))


def _in_tiers(own: Own, same: pl.DataFrame, price: Price) -> Iterator[Found]:
    if price.kind == "package":
        if own.is_account and own.day == 0 and same.height:
            yield _package(own, same, price)
    elif own.rows.height:
        count = _count(own)
        for tier, (_up_to, unit_price) in enumerate(price.steps, start=1):
            key = price.key if price.kind == FLAT else f"{price.key}#{tier}"
            steps = [count]
            if price.kind != FLAT:
                place = (same, (own.day, own.subject))
                split = pricing.tier_step(price, tier, *place)
                if split is None:
                    continue
                steps.append(split)
            yield Found(FACTS[own.item.rule](own), steps, unit_price, key)


def _package(own: Own, same: pl.DataFrame, price: Price) -> Found:
    place = (same, (own.day, own.subject))
    step = pricing.tier_step(price, 1, *place)
    facts = pricing.by_day(same, own.month)
    if own.item.rule == "contract_units":  # by the day of renewal there may be several such lines
        facts |= FACTS[own.item.rule](own)
    return Found(facts, [step] if step else [], price.unit_price, f"{price.key}#1")


def _count(own: Own) -> Content:
    """What the facts come to, and the day whose price holds."""
    quantity = int(own.rows["quantity"].cast(pl.Int128).sum())
    on = int(own.rows["priced_on"].min() or 0)  # type: ignore[arg-type]
    step: Content = {"step": own.item.rule, "quantity": number(quantity)}
    if not on:
        return step
    return step | {"priced_on": written.day(own.month, on), "plan": _plan(own, on)}


def _plan(own: Own, day: int) -> str | None:
    """The plan that the price is looked up for; several at once have one price for all."""
    if "plan" in own.rows.columns:
        plans = own.rows["plan"].cast(pl.String).unique().to_list()
        return str(plans[0]) if len(plans) == 1 and plans[0] is not None else None
    on = pl.DataFrame({"subject": [own.subject], "day": [day]}).cast(
        {"subject": own.rows["subject"].dtype, "day": own.rows["day"].dtype}
    )
    plan = own.facts.plan_of(on).cast(pl.String)[0]
    return None if plan is None else str(plan)


__all__ = ["Line", "explain"]
