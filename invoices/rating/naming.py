"""Billing names that a bill cannot carry: those of two items, and those that are too long.

A variant comes with the usage and is any text, so names are only known once charges are.
"""

from collections.abc import Iterator

import polars as pl

from invoices.rating.problems import Problem

LONGEST = 128
"""Letters of a billing name."""
SHOWN = 40


def unusable(tally: pl.DataFrame, positions: pl.DataFrame) -> Iterator[tuple[int, Problem]]:
    """The reasons for which accounts with such charges cannot be billed."""
    named = positions.select("name", "code")[tally["position"]]
    rows = (
        pl.concat([tally.select("account_id"), named], how="horizontal")
        .group_by("account_id", "name")
        .agg(pl.col("code").unique().sort())
        .filter((pl.col("code").list.len() > 1) | (pl.col("name").str.len_chars() > LONGEST))
        .sort("account_id", "name")
    )
    for account_id, name, codes in rows.iter_rows():
        yield account_id, _problem(name, codes)


def _problem(name: str, codes: list[str]) -> Problem:
    if len(codes) > 1:
        return Problem(
            what=f"The items {' and '.join(codes)} both have charges named {name[:LONGEST]}.",
            remedy="Give one of them another billing name in the catalogue, then retry.",
        )
    return Problem(
        what=f"The name {name[:SHOWN]}… of item {codes[0]} is longer than {LONGEST} letters"
        " with the variant of the usage.",
        remedy="Give the item a shorter billing name in the catalogue, then retry.",
    )
