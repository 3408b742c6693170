"""`prices`: what a scenario pays. An item with prices of its own loses those of the catalogue."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from billing_portal.common.money import NotExact, divide
from invoices.rating.derived import DERIVED
from invoices.rating.scenarios.fields import FIELDS
from invoices.rating.scenarios.items import MOST
from invoices.rating.scenarios.nodes import VARIANT, Node, Record
from invoices.rating.scenarios.problems import alike, excerpt
from invoices.rating.tariff import FLAT, GREATEST_UNIT, Item, Price, Step
from invoices.rating.vocabulary import PriceKind, QuantityRule

SINCE_EVER = date(2000, 1, 1)
TIERED = (PriceKind.GRADUATED, PriceKind.VOLUME)


def read_prices(
    listed: Node, *, items: Mapping[str, Item], catalogue: Sequence[Price]
) -> tuple[Price, ...]:
    """The prices of the scenario, and the catalogue's for the items that it does not name."""
    own: dict[tuple[str, str, str, date], Price] = {}
    for node in listed.entries(most=MOST):
        row = node.record(FIELDS["prices"])
        price = _price(row)
        _check_item(row["item"], items)
        key = (price.code, price.plan, price.variant, price.since)
        if key in own:
            node.bad("There is a price for the same item, plan, variant and day. Remove one.")
        own[key] = price
    named = {code for code, *_rest in own}
    return (*(price for price in catalogue if price.code not in named), *own.values())


def _check_item(node: Node, items: Mapping[str, Item]) -> None:
    code = node.value
    if not isinstance(code, str) or not code:
        return
    if code not in items:
        node.bad(
            f"There is no item {excerpt(code)}, neither here nor in the catalogue."
            f"{alike(code, items)}"
        )
    elif items[code].rule in DERIVED | {QuantityRule.COUPON}:
        node.bad(
            f"What the rule {items[code].rule} gives follows from other lines. Remove this price."
        )


def _price(row: Record) -> Price:
    kind = row["kind"].choice(list(PriceKind), default=FLAT)
    per = row["per"].whole(most=GREATEST_UNIT)
    is_package = kind == PriceKind.PACKAGE
    _check_kind(row, kind)
    return Price(
        code=row["item"].code(),
        plan=row["plan"].code(),
        variant=row["variant"].code(VARIANT),
        since=row["since"].day(default=SINCE_EVER),
        unit_price=_unit_price(row["price"], 1 if is_package else per),
        kind=kind,
        tiers=_tiers(row["tiers"], per) if kind in TIERED else (),
        size=per if is_package else 1,
    )


def _check_kind(row: Record, kind: str) -> None:
    """Tiers belong to graduated and volume prices, and only those have no price themselves."""
    wanted, other = ("tiers", "price") if kind in TIERED else ("price", "tiers")
    if not row[wanted].is_there:
        row[wanted].bad(f"This field is missing: a price of kind {kind} needs it. Add it.")
    if row[other].is_there:
        row[other].bad(f"A price of kind {kind} has {wanted} instead. Remove this field.")


def _unit_price(node: Node, per: int) -> Decimal:
    price = node.decimal()
    try:
        return divide(price, Decimal(per))
    except NotExact as error:
        node.bad(f"{error} Choose a price or a per whose quotient is.")
        return Decimal(0)


def _tiers(node: Node, per: int) -> tuple[Step, ...]:
    tiers = tuple(_tier(each, per) for each in node.entries(most=MOST))
    borders = [up_to for up_to, _price in tiers]
    inner = [border for border in borders if border is not None]
    is_open = borders[-1:] == [None] and len(inner) == len(borders) - 1
    if node.is_there and not (is_open and inner == sorted(set(inner))):
        node.bad("Write the tiers in ascending order, only the last of them without up_to.")
    return tiers


def _tier(node: Node, per: int) -> Step:
    row = node.record(FIELDS["prices.tiers"])
    up_to = row["up_to"].whole() if row["up_to"].is_there else None
    return up_to, _unit_price(row["price"], row["per"].whole(most=GREATEST_UNIT, default=per))
