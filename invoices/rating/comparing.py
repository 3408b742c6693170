"""Where two tables differ, in words."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from invoices.rating.frames import SCHEMAS, Frames
from invoices.rating.precedence import counts
from invoices.rating.tariff import Item, Price, Tariff

NUMBER = "number of its kind"


def first_difference(kept: pl.DataFrame, found: pl.DataFrame) -> str | None:
    """The first row that only one of two tables has; None if they hold the same rows."""
    if kept.schema != found.schema:
        return f"has {_columns(found)} instead of {_columns(kept)}"
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


def tariff_differences(
    kept: Tariff, found: Tariff, *, recorded: Mapping[str, Sequence[Item]]
) -> Iterator[str]:
    """One sentence for each price, item and time band of a closed month that is not as it was.

    Prices are dated, so those of a closed month never change. Items are not: one may be changed for
    later months, if its history (`recorded`, by code) still knows what it was. What is new in the
    catalogue since then is no difference: other items, and prices where there was none.
    """
    ours = {price.key: price for price in kept.prices}
    theirs = {
        price.key: price for price in found.prices if price.key in ours or _counted(price, kept)
    }
    for key in sorted(ours.keys() | theirs.keys()):
        if ours.get(key) != theirs.get(key):
            yield f"catalogue: price {key} is {theirs.get(key)} instead of {ours.get(key)}"
    for item in kept.items:
        if item not in recorded.get(item.code, ()):
            yield f"catalogue: item {item.code} was never {item}"
    if kept.bands and _bands(kept) != _bands(found):
        yield f"catalogue: the time bands are {_bands(found)} instead of {_bands(kept)}"


def _counted(new: Price, kept: Tariff) -> bool:
    others = [price for price in kept.prices if price.code == new.code]
    return counts(new, others, last=kept.month.last_day)


def _bands(tariff: Tariff) -> list[dict[str, str]]:
    return [dict(sorted(band.items())) for band in sorted(tariff.bands, key=lambda b: b["meter"])]


def _only_in(frame: pl.DataFrame, other: pl.DataFrame) -> dict[str, object] | None:
    """A row that the other table lacks, or has less often."""
    if frame.is_empty():
        return None
    rest = _numbered(frame).join(
        _numbered(other), on=[*frame.columns, NUMBER], how="anti", nulls_equal=True
    )
    return rest.drop(NUMBER).row(0, named=True) if rest.height else None


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    """Tell equal rows apart: the first, the second, …"""
    return frame.with_columns(pl.int_range(pl.len()).over(frame.columns).alias(NUMBER))


def _columns(frame: pl.DataFrame) -> str:
    names = ", ".join(f"{name} {kind}" for name, kind in frame.schema.items())
    return f"the columns ({names})"


def _words(row: dict[str, object]) -> str:
    return "(" + ", ".join(f"{name} {value}" for name, value in row.items()) + ")"
