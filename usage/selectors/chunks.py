"""Long lists of keys in pieces that a database takes as parameters, or as one of them."""

import json
from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from django.db import connection
from django.db.models.expressions import RawSQL

SIZE = 5_000
"""SQLite takes no more than 32,766 parameters in a statement."""

Item = TypeVar("Item")


def chunks(items: Sequence[Item], size: int = SIZE) -> Iterator[Sequence[Item]]:
    """Cut a sequence into pieces of at most `size`, in its order."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def among(keys: Collection[int]) -> "Collection[int] | RawSQL":
    """Return what `…__in` takes: a long list, which cannot be cut, becomes a single parameter."""
    if len(keys) <= SIZE:
        return keys
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(sorted(keys))])
    return RawSQL("SELECT unnest(%s::bigint[])", [sorted(keys)])
