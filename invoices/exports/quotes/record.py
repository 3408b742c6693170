"""A quote as JSON: decimals as plain text, one charge a line."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from billing_portal.common.money import from_minor, plain
from invoices.rating.totals import ItemSum
from invoices.services.quoting import Quote

LINES_AT_ONCE = 50_000
KEYS = (
    *("kind", "device", "date", "name", "code", "category", "unit"),
    *("unit_price", "quantity", "amount", "tax_category", "rule", "price"),
)


def json_of(quote: Quote) -> Iterator[bytes]:
    """One object; its last member is `lines`, which may be millions."""
    head = json.dumps(_head(quote), indent=1, ensure_ascii=False)
    yield f'{head.removesuffix("}").rstrip()},\n "lines": ['.encode()
    mark = "\n  "
    for row in _lines(quote):
        yield f"{mark}{json.dumps(row, ensure_ascii=False)}".encode()
        mark = ",\n  "
    yield b"\n ]\n}\n"


def _head(quote: Quote) -> dict[str, Any]:
    tariff = quote.scenario.tariff
    return {
        "month": tariff.month.iso,
        "coverage": tariff.coverage,
        "currency": quote.currency.value,
        "days": len(quote.scenario.days),
        "net": plain(quote.sums.net),
        "one_off": plain(quote.one_off),
        "tax": _tax(quote),
        "notes": list(quote.notes),
        "items": [_item(item) for item in quote.sums.items],
    }


def _item(item: ItemSum) -> dict[str, str]:
    return {
        "name": item.name,
        "code": item.code,
        "category": item.category,
        "unit": item.unit,
        "quantity": plain(item.quantity),
        "amount": plain(item.amount),
        "tax_category": item.tax_category,
    }


def _tax(quote: Quote) -> dict[str, Any] | None:
    """Amounts that a document would state, with the places of the currency."""
    if quote.tax is None:
        return None
    rates = [
        {"category": rate.category, "rate": plain(rate.rate)}
        | _stated(quote, net=rate.net_minor, tax=rate.tax_minor, gross=rate.gross_minor)
        for rate in quote.tax.rates
    ]
    sums = {"net": quote.tax.net_minor, "tax": quote.tax.tax_minor, "gross": quote.tax.gross_minor}
    return {"country": quote.scenario.country, **_stated(quote, **sums), "rates": rates}


def _stated(quote: Quote, **minor: int) -> dict[str, str]:
    return {name: str(from_minor(units, quote.currency)) for name, units in minor.items()}


def _lines(quote: Quote) -> Iterator[Mapping[str, str]]:
    for part in quote.charges.slices(LINES_AT_ONCE):
        for row in part.lines.select(KEYS).iter_rows():
            yield dict(zip(KEYS, map(_text, row), strict=True))


def _text(value: object) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value or "")
