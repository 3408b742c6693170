"""Columns of text to whole quantities: exact, or not at all.

Whole numbers are reckoned by the column engine, as long as nothing can overflow; all others by
Python's integers, one by one. Nothing is a float at any time.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from usage.ingest.feeds.profile import Quantity
from usage.ingest.feeds.values import cell
from usage.ingest.reasons import code

GREATEST = 2**63 - 1
LONGEST = 40
"""Characters of a number."""
EXACT, UP, DOWN, HALF_UP = "exact", "up", "down", "half-up"
ROUNDINGS = (EXACT, UP, DOWN, HALF_UP)

_DIGITS = "^[0-9]{1,18}$"
_MICROSECONDS = 6


def with_quantity(rows: pl.DataFrame, quantity: Quantity, name: str) -> pl.DataFrame:
    """Add `name`, a whole number or null, and `name`_fault, why there is none.

    The instants of a difference stand in `name`_start and `name`_end, with their faults.
    """
    if quantity.constant is not None:
        one = pl.lit(quantity.constant, dtype=pl.Int64).alias(name)
        return rows.with_columns(one, pl.lit(None, dtype=pl.String).alias(f"{name}_fault"))
    values, faults = _seconds(rows, quantity, name) if quantity.start else _sums(rows, quantity)
    return rows.with_columns(values.alias(name), faults.alias(f"{name}_fault"))


@dataclass(frozen=True, slots=True)
class _Spelling:
    """How numbers are written."""

    number: re.Pattern[str]
    decimal: str
    thousands: str

    @classmethod
    def of(cls, quantity: Quantity) -> "_Spelling":
        whole = "[0-9]+"
        if quantity.thousands:
            whole = rf"(?:[0-9]{{1,3}}(?:{re.escape(quantity.thousands)}[0-9]{{3}})+|[0-9]+)"
        number = rf"(-?)({whole})(?:{re.escape(quantity.decimal)}([0-9]+))?"
        return cls(re.compile(number, re.ASCII), quantity.decimal, quantity.thousands)

    def parse(self, text: str) -> tuple[int, int] | None:
        """Return digits and how many of them are decimals; None for what is no number."""
        found = self.number.fullmatch(text) if len(text) <= LONGEST else None
        if found is None:
            return None
        sign, whole, decimals = found.groups(default="")
        digits = (whole.replace(self.thousands, "") if self.thousands else whole) + decimals
        return int(sign + digits), len(decimals)


def _seconds(rows: pl.DataFrame, quantity: Quantity, name: str) -> tuple[pl.Series, pl.Series]:
    start, end = f"{name}_start", f"{name}_end"
    between = rows.select(pl.col(end) - pl.col(start)).to_series()
    # Two instants of at most 12 digits of seconds; the factor may still be great.
    value, fault = _scaled(between, quantity, _MICROSECONDS, quantity.end[0])
    backwards = pl.when(between < 0).then(pl.lit(code("backwards", quantity.end[0])))
    faults = rows.select(pl.coalesce(f"{start}_fault", f"{end}_fault", backwards, fault))
    return value, faults.to_series()


def _sums(rows: pl.DataFrame, quantity: Quantity) -> tuple[pl.Series, pl.Series]:
    texts = [rows[cell(column)] for column in quantity.columns]
    if quantity.empty is not None:
        texts = [text.replace([""], [str(quantity.empty)]) for text in texts]
    if all(text.str.contains(_DIGITS).all() for text in texts):
        numbers = [text.cast(pl.Int64) for text in texts]
        if sum(_greatest(number) for number in numbers) <= GREATEST:
            total = sum(numbers[1:], start=numbers[0])
            return _scaled(total, quantity, 0, quantity.columns[0])
    spelling = _Spelling.of(quantity)
    found = [_slowly(row, quantity, spelling) for row in zip(*texts, strict=True)]
    values = pl.Series([value for value, _fault in found], dtype=pl.Int64)
    return values, pl.Series([fault for _value, fault in found], dtype=pl.String)


def _scaled(
    numbers: pl.Series, quantity: Quantity, places: int, column: str
) -> tuple[pl.Series, pl.Series]:
    """Multiply and round whole numbers of so many decimals."""
    divisor = 10 ** (places + quantity.places)
    if _greatest(numbers) * quantity.numerator > GREATEST // 2 or divisor > GREATEST // 2:
        found = [
            (None, None) if one is None else _finished(one, divisor, quantity, column)
            for one in numbers
        ]
        values = pl.Series([value for value, _fault in found], dtype=pl.Int64)
        return values, pl.Series([fault for _value, fault in found], dtype=pl.String)
    product = numbers * quantity.numerator
    rest = product % divisor
    whole = product // divisor
    if quantity.rounding == UP:
        whole += (rest > 0).cast(pl.Int64)
    if quantity.rounding == HALF_UP:
        whole += (rest * 2 >= divisor).cast(pl.Int64)
    wrong = (rest != 0) if quantity.rounding == EXACT else (rest < 0)
    fault = pl.select(pl.when(wrong).then(pl.lit(code("fraction", column)))).to_series()
    return whole, fault


def _greatest(numbers: pl.Series) -> int:
    found = numbers.abs().max()
    return found if isinstance(found, int) else 0


def _slowly(
    texts: Sequence[str], quantity: Quantity, spelling: _Spelling
) -> tuple[int | None, str | None]:
    """Return quantity and fault of one row."""
    found: list[tuple[int, int]] = []
    for text, column in zip(texts, quantity.columns, strict=True):
        number = spelling.parse(text)
        if number is None:
            return None, code("amount" if text else "empty", column)
        if number[0] < 0:
            return None, code("negative", column)
        found.append(number)
    places = max(decimals for _digits, decimals in found)
    total = sum(digits * 10 ** (places - decimals) for digits, decimals in found)
    return _finished(total, 10 ** (places + quantity.places), quantity, quantity.columns[0])


def _finished(
    number: int, divisor: int, quantity: Quantity, column: str
) -> tuple[int | None, str | None]:
    whole, rest = divmod(number * quantity.numerator, divisor)
    if rest and quantity.rounding == EXACT:
        return None, code("fraction", column)
    whole += (quantity.rounding == UP and rest > 0) or (
        quantity.rounding == HALF_UP and rest * 2 >= divisor
    )
    return (whole, None) if whole <= GREATEST else (None, code("great", column))
