"""The history of rows that staff and customers change: who wrote which version, and when."""

from functools import cache
from typing import Any

from simple_history import models
from simple_history.manager import HistoryManager


class _Manager(HistoryManager):  # type: ignore[misc]  # it has no types
    @classmethod
    @cache
    def from_queryset(cls, *arguments: Any) -> Any:
        """Make the class once, not at each look at `history`, of which saving a row takes one."""
        return super().from_queryset(*arguments)


class HistoricalRecords(models.HistoricalRecords):  # type: ignore[misc]  # it has no types
    """Keeps each version of a model's rows."""

    def __init__(self, **options: Any) -> None:
        super().__init__(history_manager=_Manager, **options)
