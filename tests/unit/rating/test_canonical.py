"""The canonical text of a table, written a second time in plain Python (docs/rating.md)."""

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoices.rating import canonical
from invoices.rating.frames import AMOUNT, INSTANT, QUANTITY

KINDS: dict[str, pl.DataType | type[pl.DataType]] = {
    "text": pl.String,
    "whole": pl.Int64,
    "amount": AMOUNT,
    "quantity": QUANTITY,
    "day": pl.Date,
    "at": INSTANT,
    "yes": pl.Boolean,
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Row = tuple[Any, ...]

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\x1e\x1f"))
AMOUNTS = st.decimals(-(10**13), 10**13, allow_nan=False, places=24)
ROWS = st.tuples(
    TEXTS,
    st.integers(-(2**63), 2**63 - 1),
    AMOUNTS,
    st.integers(0, 10**30).map(Decimal),
    st.dates(date(1970, 1, 1), date(9998, 12, 31)),
    st.datetimes(datetime(1970, 1, 1), datetime(9998, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),  # noqa: DTZ001
    st.booleans(),
)
NOTHING: Row = (None,) * len(KINDS)


def table(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=KINDS, orient="row")


def written(value: Any) -> str:
    """One field as the document describes it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            text = format(value, "f")
            return text.rstrip("0").rstrip(".") if "." in text else text
        case datetime():
            since = value - EPOCH
            return str((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)
    return str(value)


def digest(rows: list[Row]) -> str:
    parts = [list(KINDS), *([written(value) for value in row] for row in rows)]
    text = "".join("\x1f".join(part) + "\x1e" for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()


@settings(max_examples=60)
@given(st.lists(ROWS | st.just(NOTHING), max_size=4))
def test_a_digest_is_that_of_the_documented_text(rows: list[Row]) -> None:
    assert canonical.digest(table(rows)) == digest(rows)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0"),
        ("-0.000000000000000000000001", "-0.000000000000000000000001"),
        ("10", "10"),
        ("100.10", "100.1"),
        ("99999999999999.999999999999999999999999", "99999999999999.999999999999999999999999"),
    ],
)
def test_amounts_are_plain(amount: str, text: str) -> None:
    frame = pl.DataFrame({"amount": [Decimal(amount)]}, schema={"amount": AMOUNT})
    assert frame.select(canonical.plain(pl.col("amount"))).item() == text


def test_blocks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [("a", number, None, None, None, None, None) for number in range(7)]
    whole = canonical.digest(table(rows))
    monkeypatch.setattr(canonical, "BLOCK", 3)
    assert canonical.digest(table(rows)) == whole


def test_order_counts_and_so_do_the_names_of_columns() -> None:
    one, two = table([NOTHING, ("a", *NOTHING[1:])]), table([("a", *NOTHING[1:]), NOTHING])
    renamed = one.rename({"text": "other"})
    assert len({canonical.digest(frame) for frame in (one, two, renamed)}) == 3
