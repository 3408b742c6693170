"""Charges as narrow rows: subject, day, position, quantity; merged, ordered, added up."""

from collections.abc import Iterable

import polars as pl

from invoices.rating import positions, subjects
from invoices.rating.facts import DAY
from invoices.rating.positions import Positions

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "subject": subjects.NUMBER,
    "day": DAY,
    "position": positions.NUMBER,
}
PLACES = 2**26
"""Room for positions in a key of 64 bits: subject 32, day 6, position 26."""
DAYS = 2**6


def gathered(parts: Iterable[pl.DataFrame], counting: type[pl.DataType]) -> pl.DataFrame:
    """Several tables of rows as one."""
    schema = SCHEMA | {"quantity": counting}
    shaped = (
        part.select(pl.col(name).cast(kind) for name, kind in schema.items()) for part in parts
    )
    return pl.concat([pl.DataFrame(schema=schema), *shaped])


def merged(rows: pl.DataFrame, known: Positions) -> pl.DataFrame:
    """One row for each subject, day and position, in this order; what comes to nothing is left out.

    Sorting by one packed number and adding up runs is several times as fast as hashing.
    """
    rank = known.ranks
    place = pl.lit(rank).gather(pl.col("position"))
    keyed = rows.select("quantity", key=_key(place)).sort("key")
    if (keyed["key"].diff() == 0).any():
        keyed = keyed.group_by("key", maintain_order=True).agg(pl.col("quantity").sum())
    if (keyed["quantity"] <= 0).any():
        keyed = keyed.filter(pl.col("quantity") > 0)
    key = pl.col("key")
    return keyed.select(
        subject=(key // (PLACES * DAYS)).cast(subjects.NUMBER),
        day=(key // PLACES % DAYS).cast(DAY),
        position=pl.lit(rank.arg_sort()).gather(key % PLACES),
        quantity="quantity",
    )


def in_order(rows: pl.DataFrame, known: Positions) -> pl.DataFrame:
    """The total order of a detail file: devices by kind and id, then what is the account's own.

    Within a device by date, lines of the whole month first, and by name. Lines that share all of
    these, such as two variants of an item that does not name them, go by what else they say: the
    dearest first, then the larger quantity, then price and tax.
    """
    keyed = rows.with_columns(key=_key(pl.lit(known.places).gather(pl.col("position"))))
    if not keyed["key"].is_sorted():
        keyed = keyed.sort("key")
    if (keyed["key"].diff() == 0).any():
        table = known.table.select("price", "tax_category", "tax_date")
        told = [pl.lit(column).gather(pl.col("position")) for column in table]
        keyed = keyed.sort("key", "quantity", *told, descending=[False, True, *[False] * len(told)])
    return keyed.drop("key")


def _key(place: pl.Expr) -> pl.Expr:
    subject, day = pl.col("subject").cast(pl.UInt64), pl.col("day").cast(pl.UInt64)
    return (subject * DAYS + day) * PLACES + place.cast(pl.UInt64)
