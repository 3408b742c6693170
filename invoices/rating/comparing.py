"""Where two tables differ, in words."""

from collections.abc import Iterator
from itertools import zip_longest

import polars as pl

from invoices.rating.frames import SCHEMAS, Frames
from invoices.rating.tariff import Tariff


def first_difference(kept: pl.DataFrame, found: pl.DataFrame) -> str | None:
    """The first row that only one of two tables has; None if they hold the same rows."""
    if kept.columns != found.columns:
        return f"the columns are {found.columns} instead of {kept.columns}"
    lost, gained = _only_in(kept, found), _only_in(found, kept)
    if lost is None and gained is None:
        return None
    if lost is None or gained is None:
        return f"has {_words(gained)} too much" if gained else f"lacks {_words(lost or {})}"
    return f"has {_words(gained)} instead of {_words(lost)}"


def frame_differences(kept: Frames, found: Frames) -> Iterator[str]:
    """One sentence for each table of facts that differs."""
    for name in SCHEMAS:
        difference = first_difference(getattr(kept, name), getattr(found, name))
        if difference:
            yield f"{name}: the database {difference}"


def tariff_differences(kept: Tariff, found: Tariff) -> Iterator[str]:
    """One sentence for each item and price that the catalogue now says differently."""
    for key, ours, theirs in _unequal(_named(kept), _named(found)):
        yield f"catalogue: {key} is {theirs} instead of {ours}"
    for ours, theirs in zip_longest(_bands(kept), _bands(found)):
        if ours != theirs:
            yield f"catalogue: time band {theirs} instead of {ours}"


def _named(tariff: Tariff) -> dict[str, object]:
    prices = {f"price {price.key}": price for price in tariff.prices}
    return prices | {f"item {item.code}": item for item in tariff.items}


def _unequal(
    kept: dict[str, object], found: dict[str, object]
) -> Iterator[tuple[str, object, object]]:
    for key in sorted(kept.keys() | found.keys()):
        if kept.get(key) != found.get(key):
            yield key, kept.get(key), found.get(key)


def _bands(tariff: Tariff) -> list[dict[str, str]]:
    return [dict(sorted(band.items())) for band in sorted(tariff.bands, key=lambda b: b["meter"])]


def _only_in(frame: pl.DataFrame, other: pl.DataFrame) -> dict[str, object] | None:
    if frame.is_empty():
        return None
    rest = frame.join(other, on=frame.columns, how="anti", nulls_equal=True)
    if rest.is_empty():
        # The same rows, but not equally often.
        rest = frame.filter(frame.is_duplicated()) if frame.height > other.height else rest
    return rest.row(0, named=True) if rest.height else None


def _words(row: dict[str, object]) -> str:
    return "(" + ", ".join(f"{name} {value}" for name, value in row.items()) + ")"
