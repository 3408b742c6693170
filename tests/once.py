"""Cases of a test that differ in what Python does with the rows, not in how it asks for them."""

from collections.abc import Iterable
from typing import Any

import pytest


def first_on_both(cases: Iterable[Any]) -> list[Any]:
    """All cases on SQLite, the first one on PostgreSQL too."""
    first, *others = cases
    return [first, *(pytest.param(case, marks=pytest.mark.once) for case in others)]
