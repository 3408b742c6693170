"""The CSV of a report: its name, and all of its rows without holding them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from billing_portal.common.reports.listing import Listing

LONGEST_PART = 40
LONGEST_NAME = 150
CHUNK = 1000
_GAP = re.compile(r"[^\w.]+")


def file_name(listing: Listing) -> str:
    """Say what was chosen in the name: "devices_2026-10_team-tokyo.csv"."""
    values = [listing.query.get(name, "") for name in listing.report.switches]
    values += [value for _name, value in listing.set_filters()]
    parts = [part for value in values if (part := slug(value))]
    return f"{'_'.join([listing.report.name, *parts])[:LONGEST_NAME]}.csv"


def slug(text: str) -> str:
    """Letters and digits of any script, and hyphens for the rest; for names of files."""
    words = _GAP.sub("-", unicodedata.normalize("NFKC", text[:LONGEST_PART])).replace("_", "-")
    return words.strip("-.")


def lines(listing: Listing) -> Iterator[list[str]]:
    """Headers and plain values of all rows, read from the database in pieces."""
    yield listing.table.head()
    yield from listing.table.lines(listing.ordered.iterator(chunk_size=CHUNK))


def keys(listing: Listing) -> Sequence[Any]:
    """The keys of all rows in their order."""
    return list(listing.ordered.values_list("pk", flat=True).iterator(chunk_size=CHUNK))


def lines_of(listing: Listing, some: Sequence[Any]) -> Iterator[list[str]]:
    """The plain values of the rows with these keys, in this order.

    A row that is gone, or that the filters no longer let through, is left out.
    """
    found = {record.pk: record for record in listing.ordered.filter(pk__in=some)}
    yield from listing.table.lines(found[key] for key in some if key in found)


def chunks(all_keys: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Keys in pieces of so many as one statement takes."""
    return (all_keys[start : start + CHUNK] for start in range(0, len(all_keys), CHUNK))
