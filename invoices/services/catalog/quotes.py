"""What a price row quotes: one price, a package, or tiers; each exact for one smallest unit."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billing_portal.common.money import NotExact, divide, exact, plain
from invoices.choices import PriceKind
from invoices.rating.tariff import GREATEST_UNIT
from invoices.services.catalog.cells import BIGGEST, Cells

TIERED = {PriceKind.GRADUATED, PriceKind.VOLUME}
_TIER = re.compile(r"(?:([0-9]{1,19})\s*:)?\s*(\S+)")


@dataclass(frozen=True, slots=True)
class Quote:
    kind: str
    price: Decimal
    per: int
    tiers: list[dict[str, Any]]
    unit_price: Decimal


def read_quote(cells: Cells) -> Quote:
    """Read kind, price, per and tiers; note what is missing, too much or not exact (Q11)."""
    kind = cells.choice("kind", PriceKind, default=PriceKind.FLAT)
    per = cells.whole("per", default=1, most=GREATEST_UNIT)
    if kind in TIERED:
        return Quote(kind, Decimal(0), per, _tiers(cells, per), Decimal(0))
    if cells.text("tiers", limit=1000):
        cells.bad("tiers", _("Only graduated and volume prices have tiers. Remove them."))
    price = cells.amount("price")
    # A package is charged whole, so its price is never divided.
    unit_price = price if kind == PriceKind.PACKAGE else _unit_price(cells, "price", price, per)
    return Quote(kind, price, per, [], unit_price)


def tiers_text(tiers: list[dict[str, Any]]) -> str:
    """Tiers as a cell holds them: `100: 0.06; 0.05`."""
    return "; ".join(
        f"{tier['up_to']}: {tier['price']}" if "up_to" in tier else str(tier["price"])
        for tier in tiers
    )


def _tiers(cells: Cells, per: int) -> list[dict[str, Any]]:
    if cells.text("price", limit=64) not in ("", "0"):
        cells.bad("price", _("A price with tiers is told by its tiers. Leave it empty."))
    parts = [part.strip() for part in cells.text("tiers", limit=1000, required=True).split(";")]
    tiers = [_tier(cells, part, per) for part in parts]
    if cells.is_faulty:
        return []
    borders = [tier.get("up_to", BIGGEST + 1) for tier in tiers]
    if "up_to" in tiers[-1] or len(tiers) < 2 or borders != sorted(set(borders)):
        text = _("Write tiers in ascending order, the last one without a border: 100: 0.06; 0.05.")
        cells.bad("tiers", text)
    return tiers


def _tier(cells: Cells, part: str, per: int) -> dict[str, Any]:
    found = _TIER.fullmatch(part)
    border = int(found[1]) if found and found[1] else None
    if found is None or (border is not None and not 1 <= border <= BIGGEST):
        text = _("“%(tier)s” is no tier. Write the last unit of it, a colon and its price.")
        cells.bad("tiers", text % {"tier": part})
        return {}
    try:
        price = exact(found[2])
    except NotExact as error:
        cells.bad("tiers", str(error))
        return {}
    if price < 0:
        cells.bad("tiers", _("It is below 0. A discount is an item with a rule of its own."))
    _unit_price(cells, "tiers", price, per)
    return ({} if border is None else {"up_to": border}) | {"price": plain(price)}


def _unit_price(cells: Cells, name: str, price: Decimal, per: int) -> Decimal:
    try:
        return divide(price, Decimal(per))
    except NotExact:
        text = _(
            "%(price)s / %(per)d does not end within 24 decimal places."
            " Choose a price or a “per” whose quotient does."
        )
        cells.bad(name, text % {"price": price, "per": per})
        return Decimal(0)
