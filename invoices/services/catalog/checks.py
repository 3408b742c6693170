"""What rows tell about one another: references, regions, units, variants."""

from collections.abc import Iterable, Set

from django.utils.translation import gettext as _

from invoices.choices import QuantityRule, Region
from invoices.services.catalog.problems import Problems
from invoices.services.catalog.rows import Catalogue, ItemRow, PriceRow, Row
from usage.choices import Fold

# What these say is about facts that are stored already, so another value needs another code.
FIXED = {"meters": ("unit", "fold"), "plans": ("coverage", "kind")}


def check(
    *, file: Catalogue, present: Catalogue, faulty: dict[str, Set[str]], problems: Problems
) -> None:
    """Check the rows of the files against what will hold when they are loaded.

    `faulty` has the codes of rows that are wrong themselves, by kind: who refers to them is not
    blamed as well.
    """
    world = present.with_rows_of(file)
    checker = _Checker(world, faulty, problems)
    _fixed(file, present, problems)
    for item in file.items.values():
        checker.item(item)
    for band in file.time_bands.values():
        checker.known("meters", [band.meter], band, "meter")
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


def covers(region: str, coverage: str) -> bool:
    """Tell whether an item of this region exists in the coverage. Their words are the same."""
    return region in (Region.ALL, coverage)


def _stands_before(other: Row, row: Row) -> bool:
    """Of two rows only the later is blamed; those of the database come first."""
    return (other.origin.file, other.origin.line) < (row.origin.file, row.origin.line)


class _Checker:
    def __init__(self, world: Catalogue, faulty: dict[str, Set[str]], problems: Problems) -> None:
        self.world = world
        self.faulty = faulty
        self.problems = problems

    def known(self, kind: str, codes: Iterable[str], row: Row, name: str) -> bool:
        """Tell whether all codes exist, and note those that do not."""
        missing = [code for code in codes if code not in self.world.of(kind)]
        for code in missing:
            if code not in self.faulty.get(kind, set()):
                text = _("“%(code)s” is not in the catalogue. Mend it, or add it to %(kind)s.")
                self.problems.at(row.origin, name, text % {"code": code, "kind": kind})
        return not missing

    def item(self, item: ItemRow) -> None:
        self._own_name(item)
        if item.rule == QuantityRule.SUM and self.known("meters", item.meters, item, "meters"):
            self._meters_fit(item)
        if item.rule == QuantityRule.FREE_TIER:
            codes = item.inputs["items"]
            if self.known("items", codes, item, "items"):
                self._freed_items_fit(item, codes)

    def _own_name(self, item: ItemRow) -> None:
        """Lines are summed by name, so two items of one coverage must not share it."""
        for other in self.world.items.values():
            apart = Region.ALL not in (item.region, other.region) and item.region != other.region
            if other.name == item.name and _stands_before(other, item) and not apart:
                text = _("Item “%(code)s” has the same billing name. Choose another one.")
                self.problems.at(item.origin, "name", text % {"code": other.code})

    def _meters_fit(self, item: ItemRow) -> None:
        for code in item.meters:
            meter = self.world.meters[code]
            if meter.unit != item.unit:
                text = _("Meter “%(code)s” counts %(meter)s, not %(item)s. Use one unit.")
                values = {"code": code, "meter": meter.unit, "item": item.unit}
                self.problems.at(item.origin, "unit", text % values)
            if meter.fold != Fold.SUM:
                text = _("Meter “%(code)s” is not one that is summed up.")
                self.problems.at(item.origin, "meters", text % {"code": code})

    def _freed_items_fit(self, item: ItemRow, codes: Iterable[str]) -> None:
        for code in codes:
            freed = self.world.items[code]
            if freed.rule == QuantityRule.FREE_TIER:
                text = _("“%(code)s” is a free tier itself. Name the items that it is about.")
                self.problems.at(item.origin, "items", text % {"code": code})
            elif freed.unit != item.unit:
                text = _("“%(code)s” is counted in %(freed)s, not %(item)s. Use one unit.")
                values = {"code": code, "freed": freed.unit, "item": item.unit}
                self.problems.at(item.origin, "unit", text % values)

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
        if item.rule == QuantityRule.FREE_TIER:
            yield (
                "item",
                _("A free tier takes the unit prices of what it frees. Remove its price."),
            )
            return
        if not covers(item.region, price.coverage):
            text = _("Item “%(item)s” exists in region “%(region)s” only.")
            yield "coverage", text % {"item": item.code, "region": item.region}
        if price.variant and not item.has_variants:
            text = _("The name of item “%(item)s” has no {variant}. Leave the variant empty.")
            yield "variant", text % {"item": item.code}
        elif price.variant:
            yield from self._against_bands(price, item)

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
