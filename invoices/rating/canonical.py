"""The one text form of a table: what seals are taken over, independent of any file format.

A header row of column names, then the rows in their order. Fields are parted by U+001F, rows ended
by U+001E; decimals are plain without trailing zeros, days ISO, instants microseconds since 1970,
nothing is the empty string. `docs/rating.md` shows an example; a test repeats it in plain Python.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

FIELD = "\x1f"
ROW = "\x1e"
BLOCK = 500_000
"""Rows that are turned into text at once, so that a large month needs no large memory."""

Schema = Mapping[str, pl.DataType | type[pl.DataType]]


def digest(frame: pl.DataFrame) -> str:
    """SHA-256, in hex, of the canonical text of a table."""
    return digest_of(frame.iter_slices(BLOCK) if frame.height else [frame])


def digest_of(blocks: Iterable[pl.DataFrame]) -> str:
    """The same of a table that comes block by block; there is at least one."""
    sha = None
    for block in blocks:
        sha = sha or hashlib.sha256(_header(block.columns))
        sha.update(rows(block).str.join("").item().encode())
    if sha is None:
        raise ValueError("A table without any block has no columns.")
    return sha.hexdigest()


def digest_of_text(columns: Sequence[str], text: str) -> str:
    """The same of a table whose rows are text already."""
    return hashlib.sha256(_header(columns) + text.encode()).hexdigest()


def rows(frame: pl.DataFrame) -> pl.Series:
    """The text of each row, with its end."""
    fields = [as_text(pl.col(name), kind).fill_null("") for name, kind in frame.schema.items()]
    return frame.select(pl.concat_str(fields, separator=FIELD) + ROW).to_series()


def table_of(text: str, schema: Schema) -> pl.DataFrame:
    """The table of a text without header; raises ValueError for what is none of this schema.

    Texts come back as "" where there was nothing: see `is_whole`.
    """
    if not text:
        return pl.DataFrame(schema=dict(schema))
    fields = [row.split(FIELD) for row in text.removesuffix(ROW).split(ROW)]
    try:
        texts = pl.DataFrame(fields, schema=dict.fromkeys(schema, pl.String), orient="row")
        return texts.select(_value(name, kind) for name, kind in schema.items())
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise ValueError(f"This is no table: {error}") from error


def is_whole(frame: pl.DataFrame) -> bool:
    """Tell whether a table comes back from its text: no word is missing, or parts fields."""
    words = frame.select(pl.col(pl.String, pl.Categorical).cast(pl.String))
    return not any(
        word.null_count() or word.str.contains(f"[{FIELD}{ROW}]").any() for word in words
    )


def plain(column: pl.Expr) -> pl.Expr:
    """A decimal of 24 places as plain text without trailing zeros."""
    return column.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")


def _header(columns: Sequence[str]) -> bytes:
    return (FIELD.join(columns) + ROW).encode()


def as_text(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """A column of a type as canonical text; nothing stays null."""
    if isinstance(kind, pl.Decimal):
        return plain(column) if kind.scale else column.cast(pl.String)
    if isinstance(kind, pl.Datetime):
        return column.dt.epoch("us").cast(pl.String)
    if kind == pl.Date:
        return column.dt.to_string("iso")
    return column.cast(pl.String)


def _value(name: str, kind: pl.DataType | type[pl.DataType]) -> pl.Expr:
    text = pl.col(name)
    if kind in (pl.String, pl.Categorical):
        return text.cast(kind)
    there = text.replace("", None)
    if kind == pl.Boolean:
        return there.replace_strict({"true": True, "false": False}, return_dtype=pl.Boolean)
    if kind == pl.Date:
        return there.str.to_date("%Y-%m-%d")
    if isinstance(kind, pl.Datetime):
        return there.cast(pl.Int64).cast(kind)
    return there.cast(kind)
