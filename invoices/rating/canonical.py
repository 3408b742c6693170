"""The one text form of a table: what seals are taken over, independent of any file format.

A header row of column names, then the rows in their order. Fields are parted by U+001F, rows ended
by U+001E; decimals are plain without trailing zeros, days ISO, instants microseconds since 1970,
nothing is the empty string. `docs/rating.md` shows an example; a test repeats it in plain Python.
"""

import hashlib
from collections.abc import Iterable

import polars as pl

FIELD = "\x1f"
ROW = "\x1e"
BLOCK = 500_000
"""Rows that are turned into text at once, so that a large month needs no large memory."""

SMALL = 2_000
"""Rows up to which setting up a CSV writer takes longer than doing without."""


def digest(frame: pl.DataFrame) -> str:
    """SHA-256, in hex, of the canonical text of a table."""
    return digest_of(frame.iter_slices(BLOCK) if frame.height else [frame])


def digest_of(blocks: Iterable[pl.DataFrame]) -> str:
    """The same of a table that comes block by block; there is at least one."""
    sha = None
    for block in blocks:
        sha = sha or hashlib.sha256((FIELD.join(block.columns) + ROW).encode())
        sha.update(_written(block))
    if sha is None:
        raise ValueError("A table without any block has no columns.")
    return sha.hexdigest()


def _written(block: pl.DataFrame) -> bytes:
    columns = [_text(name, kind) for name, kind in block.schema.items()]
    if block.height <= SMALL:
        rows = block.select(
            pl.concat_str([text.fill_null("") for text in columns], separator=FIELD)
        )
        return "".join(f"{row}{ROW}" for row in rows.to_series()).encode()
    text = block.select(columns).write_csv(
        include_header=False, separator=FIELD, line_terminator=ROW, quote_style="never"
    )
    return text.encode()


def plain(column: pl.Expr) -> pl.Expr:
    """A decimal of 24 places as plain text without trailing zeros."""
    return column.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")


def _text(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(kind, pl.Decimal):
        return plain(column) if kind.scale else column.cast(pl.String)
    if isinstance(kind, pl.Datetime):
        return column.dt.epoch("us").cast(pl.String)
    if kind == pl.Date:
        return column.dt.to_string("iso")
    return column.cast(pl.String)
