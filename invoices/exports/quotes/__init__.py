"""A quote as a table for people, as JSON, and as the detail CSV that the portal would give."""

from collections.abc import Callable, Iterator, Mapping

from invoices.exports.quotes.details import csv_of
from invoices.exports.quotes.record import json_of
from invoices.exports.quotes.table import table_of
from invoices.services.quoting import Quote

FORMATS: Mapping[str, Callable[[Quote], Iterator[bytes]]] = {
    "table": table_of,
    "csv": csv_of,
    "json": json_of,
}
"""The bytes of each format, piece by piece."""
