"""Sums just below the limit are billed, and those at it are not: to the last of 38 digits."""

from decimal import Decimal

import polars as pl
import pytest

from invoices.rating.frames import AMOUNT
from invoices.rating.totals import AmountTooGreat, guard

HALF = Decimal("49999999999999." + "9" * 24)
LAST = Decimal(1).scaleb(-24)


def _lines(*amounts: Decimal) -> pl.DataFrame:
    return pl.DataFrame({"amount": pl.Series(amounts, dtype=AMOUNT)})


def test_the_greatest_sum_passes() -> None:
    guard(_lines(HALF, HALF, LAST))


def test_one_digit_more_is_too_great() -> None:
    with pytest.raises(AmountTooGreat):
        guard(_lines(HALF, HALF, LAST, LAST))
