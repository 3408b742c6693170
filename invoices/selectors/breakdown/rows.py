"""Rows of a table in memory that become objects only when they are shown."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar, overload

import polars as pl

T = TypeVar("T")
Make = Callable[[Mapping[str, Any]], T]


class Rows(Sequence[T], Generic[T]):
    """A table in order, as a sequence of `T`. Ordering and cutting it makes no objects."""

    def __init__(self, frame: pl.DataFrame, make: Make[T], *, tie: Sequence[str] = ()) -> None:
        self.frame = frame
        self._make = make
        self._tie = tie

    def order_by(self, *names: str) -> "Rows[T]":
        """Order by columns ("-amount" falls); rows that are alike go by the tie breakers."""
        columns = [name.lstrip("-") for name in names]
        falling = [name.startswith("-") for name in names]
        ties = [name for name in self._tie if name not in columns]
        frame = self.frame.sort(
            *columns, *ties, descending=[*falling, *(False for _ in ties)], nulls_last=True
        )
        return Rows(frame, self._make, tie=self._tie)

    def __len__(self) -> int:
        return self.frame.height

    def __iter__(self) -> Iterator[T]:
        return (self._make(row) for row in self.frame.iter_rows(named=True))

    @overload
    def __getitem__(self, key: int) -> T: ...

    @overload
    def __getitem__(self, key: slice) -> list[T]: ...

    def __getitem__(self, key: int | slice) -> T | list[T]:
        if isinstance(key, slice):
            return [self._make(row) for row in self.frame[key].iter_rows(named=True)]
        return self._make(self.frame.row(key, named=True))
