"""From raw rows to typed rows of a catalogue: everything that one row tells about itself."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing_portal.common.money import NotExact, divide
from invoices.choices import Category, QuantityRule, Region, TaxCategory
from invoices.services.catalog.cells import Cells
from invoices.services.catalog.files import Columns, RawRow
from invoices.services.catalog.problems import Problems
from invoices.services.catalog.rows import (
    BandRow,
    Catalogue,
    ItemRow,
    MeterRow,
    PlanRow,
    PriceRow,
    Row,
    TaxRow,
)
from usage.choices import Coverage, DeviceKind, Fold, Status

NOTE = "note"
COLUMNS = {
    "meters": Columns(("code", "unit"), ("name", "fold", NOTE)),
    "plans": Columns(("code", "coverage", "kind"), ("name", NOTE)),
    "items": Columns(
        ("code", "name", "category", "unit", "region", "rule"),
        ("device_kind", "tax_category", "one_off", "title_en", "title_ja", NOTE),
    ),
    "time_bands": Columns(
        ("meter", "coverage", "name", "otherwise", "zone", "starts", "ends"), (NOTE,)
    ),
    "tax_rates": Columns(("country", "category", "since", "rate"), (NOTE,)),
    "prices": Columns(("item", "coverage", "since", "price"), ("plan", "variant", "per", NOTE)),
}
RULE_INPUTS: dict[str, tuple[str, ...]] = {
    QuantityRule.SUM: ("meters",),
    QuantityRule.DAYS_IN_STATUS: ("statuses",),
    QuantityRule.DAYS_WITH_OPTION: ("option",),
    QuantityRule.FREE_TIER: ("items", "allowance", "scope"),
}
FREE_OF_CHARGE = {Status.NONE, Status.TERMINATED}
_NAME = re.compile(r"[A-Za-z0-9._-]*(\{variant\})?[A-Za-z0-9._-]*")
_VARIANT = re.compile(r"[A-Za-z0-9._-]*")
_COUNTRY = re.compile(r"[A-Z]{2}")


class Scope(TextChoices):
    """Who shares the allowance of a free tier."""

    ACCOUNT = "account", gettext_lazy("Account")
    DEVICE = "device", gettext_lazy("Device")


def parse(kind: str, raws: Sequence[RawRow], into: Catalogue, problems: Problems) -> None:
    """Add the rows of one file. A faulty row is noted and left out; so is the second of a pair."""
    rows = into.of(kind)
    for raw in raws:
        cells = Cells(raw, problems)
        row = PARSERS[kind](cells)
        if cells.is_faulty:
            continue
        if row.key in rows:
            first = rows[row.key].origin
            text = _("The same as %(file)s:%(line)d. Remove one of them.")
            cells.bad("", text % {"file": first.file, "line": first.line})
            continue
        rows[row.key] = row


def _meter(cells: Cells) -> MeterRow:
    return MeterRow(
        origin=cells.raw.origin,
        code=cells.code("code"),
        name=cells.text("name", limit=200),
        unit=cells.text("unit", limit=32, required=True),
        fold=cells.choice("fold", Fold, default=Fold.SUM),
    )


def _plan(cells: Cells) -> PlanRow:
    return PlanRow(
        origin=cells.raw.origin,
        code=cells.code("code"),
        coverage=cells.choice("coverage", Coverage),
        kind=cells.choice("kind", DeviceKind),
        name=cells.text("name", limit=200),
    )


def _item(cells: Cells) -> ItemRow:
    rule = cells.choice("rule", QuantityRule)
    if rule in RULE_INPUTS:
        base = COLUMNS["items"]
        cells.only(Columns(base.required + RULE_INPUTS[rule], base.optional))
    row = ItemRow(
        origin=cells.raw.origin,
        code=cells.code("code"),
        name=cells.text("name", limit=128, required=True),
        category=cells.choice("category", Category),
        unit=cells.text("unit", limit=32, required=True),
        region=cells.choice("region", Region),
        device_kind=cells.choice("device_kind", DeviceKind, default=""),
        rule=rule,
        inputs=_inputs(cells, rule),
        tax_category=cells.choice("tax_category", TaxCategory, default=TaxCategory.STANDARD),
        one_off=cells.flag("one_off"),
        title_en=cells.text("title_en", limit=200),
        title_ja=cells.text("title_ja", limit=200),
    )
    _name_fits_rule(cells, row)
    return row


def _name_fits_rule(cells: Cells, row: ItemRow) -> None:
    if not _NAME.fullmatch(row.name):
        cells.bad(
            "name",
            _("Use letters, digits, dot, hyphen and underscore, and {variant} at most once."),
        )
    if row.has_variants and row.rule != QuantityRule.SUM:
        cells.bad("name", _("Only items of rule “sum” have variants. Take {variant} out."))
    if row.rule == QuantityRule.FREE_TIER and row.category != Category.DISCOUNT:
        cells.bad("category", _("A free tier is a discount. Write “discount”."))


def _inputs(cells: Cells, rule: str) -> dict[str, Any]:
    match rule:
        case QuantityRule.SUM:
            return {"meters": cells.words("meters")}
        case QuantityRule.DAYS_IN_STATUS:
            return {"statuses": _statuses(cells)}
        case QuantityRule.DAYS_WITH_OPTION:
            return {"option": cells.code("option")}
        case QuantityRule.FREE_TIER:
            return {
                "items": cells.words("items"),
                "allowance": cells.whole("allowance"),
                "scope": cells.choice("scope", Scope),
            }
    return {}


def _statuses(cells: Cells) -> list[str]:
    statuses = cells.words("statuses")
    allowed = [status for status in Status.values if status not in FREE_OF_CHARGE]
    for status in statuses:
        if status not in allowed:
            text = _("“%(value)s” is no status that can bear a charge. Write some of: %(known)s.")
            cells.bad("statuses", text % {"value": status, "known": ", ".join(allowed)})
    return statuses


def _time_band(cells: Cells) -> BandRow:
    row = BandRow(
        origin=cells.raw.origin,
        meter=cells.code("meter"),
        coverage=cells.choice("coverage", Coverage),
        name=cells.code("name", limit=32),
        otherwise=cells.code("otherwise", limit=32),
        zone=cells.text("zone", limit=64, required=True),
        starts=cells.clock("starts"),
        ends=cells.clock("ends"),
    )
    try:
        ZoneInfo(row.zone)
    except (KeyError, ValueError, OSError):
        cells.bad("zone", _("Unknown time zone. Write it as in Asia/Tokyo."))
    if row.starts == row.ends:
        cells.bad("ends", _("The window is empty: start and end are the same."))
    if row.name == row.otherwise:
        cells.bad("otherwise", _("Give the time outside of the window a name of its own."))
    return row


def _tax_rate(cells: Cells) -> TaxRow:
    row = TaxRow(
        origin=cells.raw.origin,
        country=cells.text("country", limit=2),
        category=cells.choice("category", TaxCategory),
        since=cells.day("since"),
        rate=cells.amount("rate"),
    )
    if not _COUNTRY.fullmatch(row.country):
        cells.bad("country", _("Write the country as two capital letters, such as JP."))
    if row.rate >= 1:
        cells.bad("rate", _("Write the rate as a fraction: 0.1 is ten per cent."))
    return row


def _price(cells: Cells) -> PriceRow:
    price, per = cells.amount("price"), cells.whole("per", default=1)
    row = PriceRow(
        origin=cells.raw.origin,
        item=cells.code("item"),
        coverage=cells.choice("coverage", Coverage),
        plan=cells.code("plan", required=False),
        variant=cells.text("variant", limit=100),
        since=cells.day("since"),
        price=price,
        per=per,
        unit_price=_unit_price(cells, price, per),
    )
    if not _VARIANT.fullmatch(row.variant):
        cells.bad("variant", _("Use letters, digits, dot, hyphen and underscore only."))
    return row


def _unit_price(cells: Cells, price: Decimal, per: int) -> Decimal:
    try:
        return divide(price, Decimal(per))
    except NotExact:
        cells.bad(
            "price",
            _(
                "%(price)s / %(per)d does not end within 24 decimal places."
                " Choose a price or a “per” whose quotient does."
            )
            % {"price": price, "per": per},
        )
        return Decimal(0)


PARSERS: dict[str, Callable[[Cells], Row]] = {
    "meters": _meter,
    "plans": _plan,
    "items": _item,
    "time_bands": _time_band,
    "tax_rates": _tax_rate,
    "prices": _price,
}
