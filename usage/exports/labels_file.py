"""Names, groups and tags of devices as a file that a spreadsheet can edit."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from billing_portal.common.csvfile import guard
from usage.services.devices.cells import written

CHUNK = 2_000
MOST_TAGS = 150
"""Columns for tags. The tags of rarer names are left out, and left alone when the file returns."""


def lines(rows: "QuerySet[Any]") -> Iterator[list[str]]:
    """A line for each device: id, name, group, and a column for every tag in use."""
    bare = rows.select_related(None).prefetch_related(None)
    names = _names(bare)
    yield ["id", "name", "group", *(guard(f"tag:{name}") for name in names)]
    columns = ("key", "name", "group", "tags")
    for key, name, group, tags in bare.values_list(*columns).iterator(chunk_size=CHUNK):
        labels = [name, group, *(tags.get(tag, "") for tag in names)]
        yield [guard(key), *(written(label) for label in labels)]


def _names(rows: "QuerySet[Any]") -> list[str]:
    """The tags in use, those that most devices have first chosen, then in alphabetical order."""
    counts: dict[str, int] = {}
    for tags in rows.order_by().values_list("tags", flat=True).iterator(chunk_size=CHUNK):
        for name in tags:
            counts[name] = counts.get(name, 0) + 1
    most = sorted(counts, key=lambda name: (-counts[name], name))[:MOST_TAGS]
    return sorted(most)
