"""The one text form of a table: what seals are taken over, independent of any file format.

A header row of column names, then the rows in their order. Fields are parted by U+001F, rows ended
by U+001E; decimals are plain without trailing zeros, days ISO, instants microseconds since 1970,
nothing is the empty string. `docs/rating.md` shows an example; a test repeats it in plain Python.
"""

import hashlib

import polars as pl

FIELD = "\x1f"
ROW = "\x1e"
BLOCK = 500_000
"""Rows that are turned into text at once, so that a large month needs no large memory."""


def digest(frame: pl.DataFrame) -> str:
    """SHA-256, in hex, of the canonical text of a table."""
    sha = hashlib.sha256((FIELD.join(frame.columns) + ROW).encode())
    for block in frame.iter_slices(BLOCK):
        sha.update(
            block.select(_text(name, kind) for name, kind in block.schema.items())
            .write_csv(
                include_header=False, separator=FIELD, line_terminator=ROW, quote_style="never"
            )
            .encode()
        )
    return sha.hexdigest()


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
