"""From raw rows to typed rows of a catalogue: everything that one row tells about itself."""

import re
from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from invoices.choices import Category, Currency, FeeKind, QuantityRule, Region, TaxCategory
from invoices.services.catalog.cells import Cells
from invoices.services.catalog.files import Columns, RawRow
from invoices.services.catalog.inputs import DISCOUNTS, RULES, VARIED, inputs_of
from invoices.services.catalog.problems import Problems
from invoices.services.catalog.quotes import read_quote
from invoices.services.catalog.rows import (
    BandRow,
    Catalogue,
    ExchangeRow,
    FeeRow,
    ItemRow,
    MeterRow,
    MinimumRow,
    PlanRow,
    PriceRow,
    Row,
    TaxRow,
)
from usage.choices import Coverage, DeviceKind, Evidence, Fold

NOTE = "note"
COLUMNS = {
    "meters": Columns(("code", "unit"), ("name", "fold", "evidence", "is_priced", NOTE)),
    "plans": Columns(("code", "coverage", "kind"), ("name", NOTE)),
    "items": Columns(
        ("code", "name", "category", "unit", "region", "rule"),
        ("device_kind", "tax_category", "one_off", "title_en", "title_ja", NOTE),
    ),
    "time_bands": Columns(
        ("meter", "coverage", "name", "otherwise", "zone", "starts", "ends"), (NOTE,)
    ),
    "tax_rates": Columns(("country", "category", "since", "rate"), (NOTE,)),
    "prices": Columns(
        ("item", "coverage", "since", "price"), ("plan", "variant", "kind", "per", "tiers", NOTE)
    ),
    "fees": Columns(("kind", "since", "amount"), (NOTE,)),
    "minimum_charges": Columns(("coverage", "since", "amount"), (NOTE,)),
    "exchange_rates": Columns(("day", "currency", "rate", "source"), (NOTE,)),
}
_NAME = re.compile(r"[A-Za-z0-9._-]*(\{variant\})?[A-Za-z0-9._-]*")
_VARIANT = re.compile(r"[A-Za-z0-9._-]*")
_COUNTRY = re.compile(r"[A-Z]{2}")


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
        evidence=cells.choice("evidence", Evidence, default=""),
        is_priced=cells.word_of_truth("is_priced", default=True),
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
    if rule in RULES:
        base = COLUMNS["items"]
        cells.only(Columns(base.required + RULES[rule].all, base.optional))
    row = ItemRow(
        origin=cells.raw.origin,
        code=cells.code("code"),
        name=cells.text("name", limit=128, required=True),
        category=cells.choice("category", Category),
        unit=cells.text("unit", limit=32, required=True),
        region=cells.choice("region", Region),
        device_kind=cells.choice("device_kind", DeviceKind, default=""),
        rule=rule,
        inputs=inputs_of(cells, rule) if rule in RULES else {},
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
    if row.has_variants and row.rule not in VARIED:
        cells.bad("name", _("Items of this rule have no variants. Take {variant} out."))
    if row.rule in DISCOUNTS and row.category != Category.DISCOUNT:
        cells.bad("category", _("What this rule gives is a discount. Write “discount”."))


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
    quoted = read_quote(cells)
    row = PriceRow(
        origin=cells.raw.origin,
        item=cells.code("item"),
        coverage=cells.choice("coverage", Coverage),
        plan=cells.code("plan", required=False),
        variant=cells.text("variant", limit=100),
        since=cells.day("since"),
        kind=quoted.kind,
        price=quoted.price,
        per=quoted.per,
        tiers=quoted.tiers,
        unit_price=quoted.unit_price,
    )
    if not _VARIANT.fullmatch(row.variant):
        cells.bad("variant", _("Use letters, digits, dot, hyphen and underscore only."))
    return row


def _fee(cells: Cells) -> FeeRow:
    return FeeRow(
        origin=cells.raw.origin,
        kind=cells.choice("kind", FeeKind),
        since=cells.month("since"),
        amount=cells.amount("amount"),
    )


def _minimum_charge(cells: Cells) -> MinimumRow:
    return MinimumRow(
        origin=cells.raw.origin,
        coverage=cells.choice("coverage", Coverage),
        since=cells.month("since"),
        amount=cells.amount("amount"),
    )


def _exchange_rate(cells: Cells) -> ExchangeRow:
    row = ExchangeRow(
        origin=cells.raw.origin,
        currency=cells.choice("currency", Currency),
        day=cells.day("day"),
        rate=cells.positive("rate"),
        source=cells.text("source", limit=200, required=True),
    )
    if row.currency == Currency.JPY:
        cells.bad("currency", _("Rates are of other currencies, in JPY."))
    return row


PARSERS: dict[str, Callable[[Cells], Row]] = {
    "meters": _meter,
    "plans": _plan,
    "items": _item,
    "time_bands": _time_band,
    "tax_rates": _tax_rate,
    "prices": _price,
    "fees": _fee,
    "minimum_charges": _minimum_charge,
    "exchange_rates": _exchange_rate,
}
