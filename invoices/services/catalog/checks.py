"""What rows tell about one another: references, regions, units, variants."""

from collections.abc import Iterable, Set

from django.utils.translation import gettext as _

from invoices.choices import PriceKind
from invoices.services.catalog.inputs import PRICELESS
from invoices.services.catalog.item_checks import COUNTING, check_item
from invoices.services.catalog.problems import Problems
from invoices.services.catalog.rows import Catalogue, ItemRow, PriceRow
from invoices.services.catalog.world import World, covers

# What these say is about facts that are stored already, so another value needs another code.
FIXED = {"meters": ("unit", "fold", "is_priced"), "plans": ("coverage", "kind")}


def check(
    *, file: Catalogue, present: Catalogue, faulty: dict[str, Set[str]], problems: Problems
) -> None:
    """Check the rows of the files against what will hold when they are loaded.

    `faulty` has the codes of rows that are wrong themselves, by kind: who refers to them is not
    blamed as well.
    """
    world = World(present.with_rows_of(file), faulty, problems)
    checker = _Checker(world)
    _fixed(file, present, problems)
    for item in file.items.values():
        check_item(item, world)
    for band in file.time_bands.values():
        world.known("meters", [band.meter], band, "meter")
    for price in file.prices.values():
        checker.price(price)
    for item in file.changed_from(present).items.values():
        checker.prices_already_there(item, present)


def _fixed(file: Catalogue, present: Catalogue, problems: Problems) -> None:
    for kind, names in FIXED.items():
        for code, row in file.of(kind).items():
            old = present.of(kind).get(code, row)
            for name in names:
                if getattr(old, name) != getattr(row, name):
                    text = _("It was “%(old)s” and stays so. Take a new code for another one.")
                    problems.at(row.origin, name, text % {"old": getattr(old, name)})


class _Checker:
    def __init__(self, world: World) -> None:
        self.world = world.rows
        self.known = world.known
        self.problems = world.problems

    def price(self, price: PriceRow) -> None:
        if self.known("items", [price.item], price, "item"):
            for name, text in self._against_item(price, self.world.items[price.item]):
                self.problems.at(price.origin, name, text)
        if price.plan and self.known("plans", [price.plan], price, "plan"):
            for name, text in self._against_plan(price):
                self.problems.at(price.origin, name, text)

    def prices_already_there(self, item: ItemRow, present: Catalogue) -> None:
        """A changed item must still fit the prices it has, which nobody will load again."""
        complaints = {
            text
            for price in present.prices.values()
            if price.item == item.code
            for _name, text in self._against_item(price, item)
        }
        for text in sorted(complaints):
            there = _("It has prices already that do not fit. %(text)s") % {"text": text}
            self.problems.at(item.origin, "", there)

    def _against_item(self, price: PriceRow, item: ItemRow) -> Iterable[tuple[str, str]]:
        if item.rule in PRICELESS:
            yield "item", _("It has the unit prices of the items it is about. Remove its price.")
            return
        if price.kind != PriceKind.PACKAGE and not self._is_counted_as_charged(item):
            text = _(
                "“%(item)s” is charged in %(unit)s. Only prices of kind package are for those."
            )
            yield "kind", text % {"item": item.code, "unit": item.unit}
        if not covers(item.region, price.coverage):
            text = _("Item “%(item)s” exists in region “%(region)s” only.")
            yield "coverage", text % {"item": item.code, "region": item.region}
        if price.variant and not item.has_variants:
            text = _("The name of item “%(item)s” has no {variant}. Leave the variant empty.")
            yield "variant", text % {"item": item.code}
        elif price.variant:
            yield from self._against_bands(price, item)

    def _is_counted_as_charged(self, item: ItemRow) -> bool:
        """Tell whether the unit on the bill is that of the meters."""
        if item.rule not in COUNTING:
            return True
        meters = [self.world.meters[code] for code in item.meters if code in self.world.meters]
        return all(meter.unit == item.unit for meter in meters)

    def _against_bands(self, price: PriceRow, item: ItemRow) -> Iterable[tuple[str, str]]:
        bands = [self.world.time_bands.get((code, price.coverage)) for code in item.meters]
        endings = [ending for band in bands if band for ending in band.endings]
        if endings and all(bands) and not price.variant.endswith(tuple(endings)):
            text = _("No usage has it: by the time of day it ends in one of %(endings)s.")
            yield "variant", text % {"endings": ", ".join(sorted(set(endings)))}

    def _against_plan(self, price: PriceRow) -> Iterable[tuple[str, str]]:
        plan, item = self.world.plans[price.plan], self.world.items.get(price.item)
        if plan.coverage != price.coverage:
            text = _("Plan “%(plan)s” belongs to coverage “%(coverage)s”.")
            yield "plan", text % {"plan": plan.code, "coverage": plan.coverage}
        if item and item.device_kind not in ("", plan.kind):
            text = _("Plan “%(plan)s” is for devices of kind “%(kind)s”, the item is not.")
            yield "plan", text % {"plan": plan.code, "kind": plan.kind}
        if item and not item.takes(plan.code):
            text = _("Item “%(item)s” is not for devices on this plan.")
            yield "plan", text % {"item": item.code}
