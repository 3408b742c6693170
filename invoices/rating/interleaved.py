"""Delta lines among the lines of a detail: behind the other lines of their device, or the account.

Own lines come block by block in their order, and the deltas are few, so no more than a block is in
memory.
"""

import json
from collections.abc import Iterator

import polars as pl

from invoices.rating.bundle import TAG

BEARER = ("kind", "device")


def interleaved(own: Iterator[pl.DataFrame], deltas: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The blocks of a detail with delta lines; both have their tags as columns."""
    lines = next(own)
    tags = sorted(name for name in {*lines.columns, *deltas.columns} if name.startswith(TAG))
    for block in own:
        due = _before(lines)
        yield _merged(lines, deltas.filter(due), tags)
        deltas, lines = deltas.filter(~due), block
    yield _merged(lines, deltas, tags)


def names_of(tags: pl.Series) -> tuple[str, ...]:
    """The names of the tags in some JSON objects."""
    return tuple(sorted({name for text in tags.unique().drop_nulls() for name in json.loads(text)}))


def _before(block: pl.DataFrame) -> pl.Expr:
    """Tell which lines are of what comes before the last kind and device of a block.

    What is of no device comes last, though its kind is empty.
    """
    kind, device = block.select(*BEARER).row(-1)
    of_device = pl.col("kind").ne("")
    if not kind:
        return of_device
    earlier = pl.col("kind").lt(kind) | pl.col("kind").eq(kind).and_(pl.col("device").lt(device))
    return of_device.and_(earlier)


def _merged(lines: pl.DataFrame, deltas: pl.DataFrame, tags: list[str]) -> pl.DataFrame:
    both = pl.concat([lines, deltas], how="diagonal")
    missing = [pl.lit(None, dtype=pl.String).alias(tag) for tag in tags if tag not in both.columns]
    columns = [name for name in both.columns if not name.startswith(TAG)]
    return (
        both.with_columns(missing)
        .sort(pl.col("kind") == "", *BEARER, maintain_order=True)
        .select(*columns, *tags)
    )
