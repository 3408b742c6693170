"""`items`: what a scenario bills that the catalogue lacks, or has otherwise."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from billing_portal.common.money import NotExact, divide, plain
from invoices.rating.inputs import INPUTS
from invoices.rating.scenarios.fields import BORDER, FIELDS
from invoices.rating.scenarios.nodes import OPTION, VARIANT, Keys, Node, Record
from invoices.rating.scenarios.problems import alike, excerpt
from invoices.rating.tariff import GREATEST_UNIT, Item
from invoices.rating.vocabulary import Category, QuantityRule, TaxCategory
from usage.metering.vocabulary import DeviceKind, Status

MOST = 10_000

_NAME = re.compile(r"[A-Za-z0-9._-]*(\{variant\})?[A-Za-z0-9._-]*")


def read_items(listed: Node, *, catalogue: Sequence[Item]) -> tuple[Item, ...]:
    """The items of the catalogue, then those of the scenario, which replace others of one code."""
    nodes = listed.entries(most=MOST)
    own: dict[str, Item] = {}
    for node in nodes:
        row = node.record(FIELDS["items"])
        item = _item(row)
        if item.code in own:
            row["code"].bad(f"There is an item {item.code} above. Remove one of them.")
        own[item.code] = item
    items = (*(item for item in catalogue if item.code not in own), *own.values())
    known = {item.code: item for item in items}
    for node in nodes:
        _check_references(node, known)
    return items


def _item(row: Record) -> Item:
    code = row["code"].code()
    rule = row["rule"].choice(INPUTS)
    return Item(
        code=code,
        name=_name(row["name"], code),
        category=row["category"].choice(list(Category), default=Category.APPLICATION.value),
        unit=row["unit"].text(longest=32, default="each"),
        device_kind=row["device_kind"].choice(["", *DeviceKind]),
        rule=rule,
        inputs=_inputs(row["inputs"], rule),
        tax_category=row["tax_category"].choice(
            list(TaxCategory), default=TaxCategory.STANDARD.value
        ),
        one_off=row["one_off"].flag(),
    )


def _name(node: Node, code: str) -> str:
    name = node.text(longest=128, default=code)
    if not _NAME.fullmatch(name):
        node.bad("Use letters, digits, dot, hyphen and underscore, and {variant} at most once.")
        return code
    return name


def _inputs(node: Node, rule: str) -> dict[str, Any]:
    keys = INPUTS.get(rule)
    if keys is None:
        return {}
    given = node if node.is_there or not keys.needed else _without_members(node)
    row = given.record(Keys(keys.needed, keys.one_of + keys.optional))
    if keys.one_of and sum(row[name].is_there for name in keys.one_of) != 1:
        node.bad(f"The rule {rule} takes either {' or '.join(keys.one_of)}. Write one of them.")
    if rule == QuantityRule.ROUNDED_UP and not (row["unit"].is_there or row["units"].is_there):
        node.bad("The rule rounded_up needs a unit. Write unit, or units by variant.")
    if rule == QuantityRule.FREE_TIER:
        _check_allowances(node, row)
    if row["plans"].is_there and row["except_plans"].is_there:
        node.bad("Write plans or except_plans, not both.")
    return {name: READERS[name](row[name]) for name in keys.all if row[name].is_there}


def _check_allowances(node: Node, row: Record) -> None:
    if not (row["allowance"].is_there or row["allowances"].is_there):
        node.bad("The rule free_tier needs an allowance. Write allowance, or allowances by plan.")
    if row["allowances"].is_there and row["scope"].value != "device":
        row["scope"].bad('Only devices have plans. With allowances, write "device".')


def _without_members(node: Node) -> Node:
    """Inputs that are not there, as an object: each that is needed is missed by its name."""
    return Node({}, node.problems, parent=node.parent, key=node.key)


def _codes(node: Node) -> list[str]:
    return _filled(node, [each.code() for each in node.entries(most=MOST)])


def _statuses(node: Node) -> list[str]:
    return _filled(node, [each.choice(list(Status)) for each in node.entries(most=100)])


def _filled(node: Node, found: list[str]) -> list[str]:
    if node.value == []:
        node.bad("The list is empty. Write at least one.")
    return found


def _units(node: Node) -> dict[str, int]:
    return {key: unit.whole(most=GREATEST_UNIT) for key, unit in _named(node, "variant")}


def _allowances(node: Node) -> dict[str, int]:
    return {key: units.whole() for key, units in _named(node, "plan")}


def _named(node: Node, kind: str) -> Iterator[tuple[str, Node]]:
    for key, value in node.members():
        if not VARIANT.fullmatch(key):
            value.bad(f"This is no {kind}. Use letters, digits, dot, hyphen and underscore.")
        yield key, value


def _borders(node: Node) -> list[dict[str, Any]]:
    borders = [_border(each) for each in node.entries(most=MOST)]
    places = [(border.get("variant"), border["above"]) for border in borders]
    if len(set(places)) < len(places):
        node.bad("Two borders are the same. Remove one of them.")
    if node.value == []:
        node.bad("The list is empty. Write at least one.")
    return borders


def _border(node: Node) -> dict[str, Any]:
    row = node.record(BORDER)
    less, per = row["less"].decimal(), row["per"].whole(most=GREATEST_UNIT)
    try:
        divide(less, Decimal(per))
    except NotExact as error:
        row["less"].bad(f"{error} Choose a price or a per whose quotient is.")
    found = {"above": row["above"].whole(least=0, default=0), "less": plain(less)}
    if row["per"].is_there:
        found["per"] = per
    if row["variant"].is_there:
        found["variant"] = row["variant"].code(VARIANT)
    return found


def _one_of(*words: str) -> Callable[[Node], str]:
    return lambda node: node.choice(words, default=words[0])


READERS: Mapping[str, Callable[[Node], Any]] = {
    **dict.fromkeys(("meters", "items", "plans", "except_plans", "ready_plans"), _codes),
    **dict.fromkeys(("statuses", "to", "from"), _statuses),
    **dict.fromkeys(("scope", "per"), _one_of("account", "device")),
    "option": lambda node: node.code(OPTION),
    "contract": Node.code,
    "allowance": Node.whole,
    "allowances": _allowances,
    "unit": lambda node: node.whole(most=GREATEST_UNIT),
    "units": _units,
    "period": _one_of("day", "month"),
    "month": _one_of("first", "later"),
    "by": _one_of("variant"),
    "borders": _borders,
}


def _check_references(node: Node, known: Mapping[str, Item]) -> None:
    """The items that an item is about must be there."""
    for each in _references(node):
        if isinstance(each.value, str) and each.value and each.value not in known:
            each.bad(
                f"There is no item {excerpt(each.value)}, neither here nor in the catalogue."
                f"{alike(each.value, known)}"
            )


def _references(node: Node) -> Iterator[Node]:
    row = node.value.get("inputs") if isinstance(node.value, dict) else None
    if not isinstance(row, dict):
        return
    inputs = node.child("inputs", row)
    if isinstance(row.get("items"), list):
        listed = inputs.child("items", row["items"])
        yield from (listed.child(place, code) for place, code in enumerate(row["items"]))
    if "contract" in row:
        yield inputs.child("contract", row["contract"])
