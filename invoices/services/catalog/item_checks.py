"""What an item tells about other rows: its name, meters, plans and the items that it is about."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from invoices.choices import QuantityRule, Region
from invoices.services.catalog.inputs import DISCOUNTS
from invoices.services.catalog.rows import ItemRow
from invoices.services.catalog.world import World, covers, stands_before
from usage.choices import Fold

COUNTING = {QuantityRule.SUM, QuantityRule.ABOVE_ALLOWANCE, QuantityRule.PACKS}
"""Rules whose quantity is what their meters count."""
ADDING = {QuantityRule.SUM, QuantityRule.ABOVE_ALLOWANCE}


def check_item(item: ItemRow, world: World) -> None:
    """Note what an item says that does not fit the rest of the catalogue."""
    _own_name(item, world)
    for kind, check in KINDS.items():
        codes = item.inputs.get(kind, ())
        known = world.known(PLURALS.get(kind, kind), _listed(codes), item, kind)
        if codes and known:
            check(item, _listed(codes), world)


def _listed(codes: str | Iterable[str]) -> Sequence[str]:
    return [codes] if isinstance(codes, str) else list(codes)


def _own_name(item: ItemRow, world: World) -> None:
    """Lines are summed by name, so two items of one coverage must not share it."""
    for other in world.rows.items.values():
        apart = Region.ALL not in (item.region, other.region) and item.region != other.region
        if other.name == item.name and stands_before(other, item) and not apart:
            text = _("Item “%(code)s” has the same billing name. Choose another one.")
            world.problems.at(item.origin, "name", text % {"code": other.code})


def _meters_fit(item: ItemRow, codes: Sequence[str], world: World) -> None:
    meters = [world.rows.meters[code] for code in codes]
    for meter in meters:
        if not meter.is_priced:
            text = _("Meter “%(code)s” is counted for reports only. Take another one.")
            world.problems.at(item.origin, "meters", text % {"code": meter.code})
        if item.rule == QuantityRule.SUM and meter.unit != item.unit:
            text = _("Meter “%(code)s” counts %(meter)s, not %(item)s. Use one unit.")
            values = {"code": meter.code, "meter": meter.unit, "item": item.unit}
            world.problems.at(item.origin, "unit", text % values)
        if item.rule in ADDING and meter.fold != Fold.SUM:
            text = _("Meter “%(code)s” is not one that is summed up.")
            world.problems.at(item.origin, "meters", text % {"code": meter.code})


def _plans_fit(item: ItemRow, codes: Sequence[str], world: World) -> None:
    for plan in (world.rows.plans[code] for code in codes):
        if not covers(item.region, plan.coverage):
            text = _("Plan “%(plan)s” belongs to coverage “%(coverage)s”.")
            values = {"plan": plan.code, "coverage": plan.coverage}
            world.problems.at(item.origin, "plans", text % values)
        if item.device_kind not in ("", plan.kind):
            text = _("Plan “%(plan)s” is for devices of kind “%(kind)s”, the item is not.")
            values = {"plan": plan.code, "kind": plan.kind}
            world.problems.at(item.origin, "plans", text % values)


def _items_fit(item: ItemRow, codes: Sequence[str], world: World) -> None:
    for other in (world.rows.items[code] for code in codes):
        if other.rule in DISCOUNTS:
            text = _("“%(code)s” is a discount itself. Name the items that it is about.")
            world.problems.at(item.origin, "items", text % {"code": other.code})
        elif item.rule in SAME_UNIT and other.unit != item.unit:
            text = _("“%(code)s” is counted in %(other)s, not %(item)s. Use one unit.")
            values = {"code": other.code, "other": other.unit, "item": item.unit}
            world.problems.at(item.origin, "unit", text % values)
        elif item.rule == QuantityRule.ROUNDED_UP and other.rule != QuantityRule.SUM:
            text = _("“%(code)s” is not an item of rule “sum”. Only use is rounded up.")
            world.problems.at(item.origin, "items", text % {"code": other.code})


SAME_UNIT = {QuantityRule.FREE_TIER, QuantityRule.ROUNDED_UP}
"""Rules that count in the unit of the items they are about."""


def _contract_fits(item: ItemRow, codes: Sequence[str], world: World) -> None:
    for other in (world.rows.items[code] for code in codes):
        if other.rule != QuantityRule.CONTRACT_UNITS:
            text = _("“%(code)s” is not an item of rule “contract_units”.")
            world.problems.at(item.origin, "contract", text % {"code": other.code})


PLURALS = {
    **dict.fromkeys(("except_plans", "allowances", "ready_plans"), "plans"),
    "contract": "items",
}
KINDS: Mapping[str, Callable[[ItemRow, Sequence[str], World], None]] = {
    "meters": _meters_fit,
    "items": _items_fit,
    "plans": _plans_fit,
    "except_plans": _plans_fit,
    "allowances": _plans_fit,
    "ready_plans": _plans_fit,
    "contract": _contract_fits,
}
