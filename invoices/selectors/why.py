"""What "Why this amount?" looks up: the stored lines it is asked about, and quoted prices."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from billing_portal.common.money import plain
from invoices.models import Bill, Price
from invoices.rating.explaining import Line
from invoices.selectors import breakdown
from invoices.selectors.breakdown import Where

AT_MOST = 20
"""Lines that are explained at once: those of one device, day and item that differ in price."""


def lines(bill: Bill, *, where: Where, unit_price: Decimal | None) -> list[Line]:
    """The stored lines of one device (or none), date and item, perhaps of one unit price only."""
    found = breakdown.lines(bill, where=where)[: AT_MOST if unit_price is None else None]
    return [_line(line) for line in found if unit_price in (None, line.unit_price)][:AT_MOST]


def _line(line: breakdown.Line) -> Line:
    return Line(
        kind=line.kind,
        device=line.device,
        date=line.written,
        name=line.name,
        unit_price=line.unit_price,
        quantity=line.quantity,
        amount=line.amount,
        code=line.code,
        unit=line.unit,
        rule=line.rule,
        price=line.price,
    )


def quoted(told: Mapping[str, Any], *, coverage: str) -> dict[str, str] | None:
    """A price as the catalogue quotes it, such as 0.22 for 1,048,576 bytes. None for a row that is
    gone or says something else by now, and for tiers, which are told with the price.
    """
    row = Price.objects.filter(
        item__code=told["item"],
        coverage=coverage,
        plan__code=told["plan"] or None,
        variant=told["variant"],
        since=told["since"],
    ).first()
    if row is None or row.tiers or plain(row.unit_price) != told["unit_price"]:
        return None
    return {"price": plain(row.price), "per": str(row.per)}
