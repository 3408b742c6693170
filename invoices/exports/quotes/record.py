"""A quote as JSON: decimals as plain text, one charge a line."""

import json
from collections.abc import Iterator
from typing import Any

import polars as pl

from billing_portal.common.money import from_minor, plain
from invoices.rating.canonical import as_text
from invoices.rating.totals import ItemSum
from invoices.services.quoting import Quote

LINES_AT_ONCE = 50_000
BETWEEN = ",\n  "
KEYS = (
    *("kind", "device", "date", "name", "code", "category", "unit"),
    *("unit_price", "quantity", "amount", "tax_category", "rule", "price"),
)


def json_of(quote: Quote) -> Iterator[bytes]:
    """One object; its last member is `lines`, which may be millions."""
    head = json.dumps(_head(quote), indent=1, ensure_ascii=False)
    yield f'{head.removesuffix("}").rstrip()},\n "lines": ['.encode()
    mark = BETWEEN[1:]
    for lines in _lines(quote):
        yield f"{mark}{lines}".encode()
        mark = BETWEEN
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


def _lines(quote: Quote) -> Iterator[str]:
    """The charges, each a JSON object on a line of its own, many at once."""
    for part in quote.charges.slices(LINES_AT_ONCE):
        lines = part.lines
        members = pl.concat_str([_member(lines[name]) for name in KEYS], separator=", ")
        objects = pl.select(pl.lit("{") + members + pl.lit("}")).to_series()
        if lines.height:
            yield objects.str.join(BETWEEN).item()


def _member(column: pl.Series) -> pl.Series:
    """A column as members of JSON objects. Each text is written once, because few differ."""
    texts = pl.select(as_text(pl.lit(column), column.dtype).fill_null("")).to_series()
    if column.dtype != pl.String:
        return f'"{column.name}": "' + texts + '"'
    different = texts.unique()
    written = [f'"{column.name}": {json.dumps(text, ensure_ascii=False)}' for text in different]
    return texts.replace_strict(different, written, return_dtype=pl.String)
