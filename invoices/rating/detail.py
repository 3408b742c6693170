"""The detail of a bill: its charges with tags and group as columns, block by block.

Tags and group are as of the end of the month, the same on all lines of a device (rules.md Q59). A
tag column is named `tag:<name>`; the columns stand in the order of their names.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from invoices.rating import canonical
from invoices.rating.bundle import TAG, to_parquet
from invoices.rating.charges import Charges
from invoices.rating.frames import ROW_GROUP

BLOCK = 100_000
"""Lines that are written out at once, each some three hundred bytes."""


@dataclass(frozen=True)
class Detail:
    """The charges of one account; its devices bear the labels."""

    charges: Charges

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hex, of the canonical text of all lines."""
        return canonical.digest_of([self.table] if self.is_small else self.blocks())

    @cached_property
    def table(self) -> pl.DataFrame:
        """All lines at once."""
        return pl.concat(self.blocks())

    @property
    def is_small(self) -> bool:
        return self.charges.rows.height <= BLOCK

    def blocks(self) -> Iterator[pl.DataFrame]:
        """The lines in their order; at least one block, even if nothing is in it."""
        for part in self.charges.slices(BLOCK):
            labels = self._labels[part.rows["subject"] - self._first]
            lines = part.lines.drop("account_id", "device_id")
            yield pl.concat([lines, labels], how="horizontal")

    def content(self) -> bytes:
        """The bytes of a Parquet file of all lines."""
        return to_parquet(self.table)

    def write(self, path: Path) -> None:
        """Write the Parquet file block by block: memory does not grow with the lines."""
        schema = next(self.blocks()).schema
        source = register_io_source(lambda *_pushed_down: self.blocks(), schema=schema)
        source.sink_parquet(path, row_group_size=ROW_GROUP, statistics=False, maintain_order=True)

    @cached_property
    def _first(self) -> int:
        """The number of the account's first subject."""
        return int(self.charges.rows.select(pl.col("subject").min()).item() or 0)

    @cached_property
    def _labels(self) -> pl.DataFrame:
        """Group and tags by subject, from the first one on; tags of those that were charged."""
        numbers = self.charges.rows["subject"].unique()
        last = int(self.charges.rows.select(pl.col("subject").max()).item() or 0)
        span = slice(self._first, last + 1)
        labels = self.charges.subjects.table[span]
        charged = self.charges.subjects.numbered["subject"][span].is_in(numbers.implode())
        tags = labels["tags"].set(~charged, None)
        return labels.select("group", *tag_columns(tags))


def tag_columns(tags: pl.Series) -> list[pl.Series]:
    """One column for each name that occurs in some JSON objects, in the order of the names."""
    found = {text: json.loads(text) for text in tags.unique().drop_nulls() if text != "{}"}
    names = sorted({name for tag in found.values() for name in tag})
    return [
        tags.replace_strict(
            {text: tag.get(name) for text, tag in found.items()},
            default=None,
            return_dtype=pl.String,
        ).alias(TAG + name)
        for name in names
    ]
