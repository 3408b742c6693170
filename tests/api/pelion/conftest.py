"""The month of an aggregator, as tests of reports make it."""

from tests.usage.conftest import sender, world
from tests.usage.reports.conftest import _storage, facts, make, meters

__all__ = ["_storage", "facts", "make", "meters", "sender", "world"]
