"""Long lists in pieces, where one statement would take too many parameters."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

SIZE = 5_000
"""SQLite takes no more than 32,766 parameters in a statement."""

Item = TypeVar("Item")


def chunks(items: Sequence[Item], size: int = SIZE) -> Iterator[Sequence[Item]]:
    """Cut a sequence into pieces of at most `size`, in its order."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
