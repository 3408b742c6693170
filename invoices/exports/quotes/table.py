"""A quote as a table of plain text: items with their sums, net and tax."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from billing_portal.common.money import CONTEXT, from_minor, plain
from invoices.services.quoting import Quote

GAP = "  "
HEADS = ("Item", "Quantity", "Unit", "Amount")


def table_of(quote: Quote) -> Iterator[bytes]:
    """UTF-8 with a line break after each line."""
    for line in _lines(quote):
        yield f"{line.rstrip()}\n".encode()


def _lines(quote: Quote) -> Iterator[str]:
    scenario = quote.scenario
    tariff = scenario.tariff
    days = f"{len(scenario.days)} of {len(tariff.month.days)} days"
    count = scenario.frames.devices.height
    devices = f"{count} device{'' if count == 1 else 's'}"
    yield f"{tariff.month}, {tariff.coverage}, {quote.currency}: {days}, {devices}"
    yield ""
    yield from _items(quote)
    yield ""
    yield from _totals(quote)
    for note in quote.notes:
        yield f"Note: {note}"


def _items(quote: Quote) -> Iterator[str]:
    items = quote.sums.items
    if not items:
        yield "No charges."
        return
    amounts = _at_the_point([plain(item.amount) for item in items])
    rows = [
        (item.name, plain(item.quantity), item.unit, amount)
        for item, amount in zip(items, amounts, strict=True)
    ]
    widths = [max(map(len, column)) for column in zip(HEADS, *rows, strict=True)]
    for name, quantity, unit, amount in (HEADS, tuple("-" * width for width in widths), *rows):
        yield GAP.join(
            (
                name.ljust(widths[0]),
                quantity.rjust(widths[1]),
                unit.ljust(widths[2]),
                amount.rjust(widths[3]),
            )
        )


def _totals(quote: Quote) -> Iterator[str]:
    rows = [("Net, exact", plain(quote.sums.net))]
    if quote.one_off:
        rows.append(("of it one-off charges", plain(quote.one_off)))
    if quote.tax is not None:
        for rate in quote.tax.rates:
            share = plain(CONTEXT.multiply(rate.rate, Decimal(100)))
            net = from_minor(rate.net_minor, quote.currency)
            told = f"{share} % tax" if rate.rate else "no tax"
            rows.append(
                (
                    f"{told} ({rate.category.replace('_', ' ')}) on {net}",
                    str(from_minor(rate.tax_minor, quote.currency)),
                )
            )
        gross = str(from_minor(quote.tax.gross_minor, quote.currency))
        rows.append((f"Total with tax, billed in {quote.scenario.country}", gross))
    width = max(len(label) for label, _amount in rows)
    for (label, _amount), amount in zip(
        rows, _at_the_point([amount for _label, amount in rows]), strict=True
    ):
        yield f"{label.ljust(width)}{GAP}{amount} {quote.currency}"


def _at_the_point(figures: Sequence[str]) -> list[str]:
    """Figures of one width, their points below one another."""
    parts = [figure.partition(".") for figure in figures]
    wholes = max(len(whole) for whole, _point, _rest in parts)
    places = max(len(point + rest) for _whole, point, rest in parts)
    return [whole.rjust(wholes) + (point + rest).ljust(places) for whole, point, rest in parts]
