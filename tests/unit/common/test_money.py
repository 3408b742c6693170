"""Exact amounts stay exact, and minor units are rounded by the named rule only."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_portal.common.money import (
    LIMIT,
    Currency,
    NotExact,
    Rounding,
    divide,
    exact,
    from_minor,
    plain,
    to_minor,
)

# Every number that 14 digits before and 24 after the point can hold.
exact_numbers = st.builds(
    lambda digits, places: Decimal(f"{digits}E-{places}"),
    st.integers(-(10**38) + 1, 10**38 - 1),
    st.just(24),
) | st.decimals(-LIMIT + 1, LIMIT - 1, places=6)
currencies = st.sampled_from(Currency)


@given(exact_numbers)
def test_an_exact_number_is_kept(number: Decimal) -> None:
    kept = exact(number)
    assert Fraction(kept) == Fraction(number)
    assert exact(plain(kept)) == kept
    assert str(exact(str(number))) == str(kept)


@given(exact_numbers)
def test_plain_has_no_exponent_and_no_needless_zeros(number: Decimal) -> None:
    text = plain(number)
    assert Fraction(text) == Fraction(number)
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0E-24", "0"), ("-0.00", "0"), ("-0", "0"), ("1E+3", "1000"), ("0.210", "0.21"),
        ("-10.50", "-10.5"), ("1E-24", "0.000000000000000000000001"), ("100", "100"),
    ],
)  # fmt: skip
def test_plain_writes_for_people(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text


@pytest.mark.parametrize(
    "value",
    [
        0.1, True, None, "", "abc", "1_000", " 1", "1,5", "0x1", "１", "NaN", "Infinity", ".5",
        Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity"), "1E-25", "1E-999", "1E+999",
        "0.1234567890123456789012345", "100000000000000", -(10**14),
    ],
)  # fmt: skip
def test_what_is_not_exact_is_refused(value: Any) -> None:
    with pytest.raises(NotExact):
        exact(value)


def test_a_number_just_under_the_limit_is_kept() -> None:
    text = "99999999999999.999999999999999999999999"
    assert plain(exact(text)) == text


def test_trailing_zeros_are_no_places() -> None:
    assert exact("1.5" + "0" * 30) == Decimal("1.5")


def test_another_size_can_be_asked_for() -> None:
    assert exact(10**37, whole_digits=38, places=0) == 10**37
    with pytest.raises(NotExact, match="more than 0 decimal places"):
        exact("1.5", whole_digits=38, places=0)


@given(st.integers(-(10**13), 10**13), st.sampled_from([1, 2, 4, 5, 8, 10, 1024, 1048576]))
def test_division_by_a_power_of_two_and_five_is_exact(a: int, b: int) -> None:
    assert Fraction(divide(Decimal(a), Decimal(b))) == Fraction(a, b)


@pytest.mark.parametrize(("a", "b"), [("1", "3"), ("1", "0"), ("0", "0"), ("1E-24", "2")])
def test_an_inexact_quotient_is_refused(a: str, b: str) -> None:
    with pytest.raises(NotExact, match=r"not exact|more than 24"):
        divide(Decimal(a), Decimal(b))


def _half_away_from_zero(number: Fraction) -> int:
    size = floor(abs(number) + Fraction(1, 2))
    return size if number >= 0 else -size


RULES: dict[Rounding, Callable[[Fraction], int]] = {
    Rounding.UP: ceil,
    Rounding.DOWN: floor,
    Rounding.HALF_UP: _half_away_from_zero,
}


@given(exact_numbers, currencies, st.sampled_from(Rounding))
def test_rounding_follows_its_rule(number: Decimal, currency: Currency, rule: Rounding) -> None:
    units = Fraction(number) * 10**currency.places
    assert to_minor(number, currency, rule) == RULES[rule](units)


@given(exact_numbers, currencies)
def test_up_and_down_mirror_each_other(number: Decimal, currency: Currency) -> None:
    up = to_minor(number, currency, Rounding.UP)
    assert up == -to_minor(number.copy_negate(), currency, Rounding.DOWN)


@given(st.integers(-(10**16), 10**16), currencies, st.sampled_from(Rounding))
def test_whole_units_are_never_rounded(units: int, currency: Currency, rule: Rounding) -> None:
    assert to_minor(from_minor(units, currency), currency, rule) == units


@pytest.mark.parametrize(
    ("amount", "currency", "up", "down", "half_up"),
    [  # rules.md Q35
        ("-10.4", Currency.JPY, -10, -11, -10),
        ("-10.5", Currency.JPY, -10, -11, -11),
        ("10.4", Currency.JPY, 11, 10, 10),
        ("10.5", Currency.JPY, 11, 10, 11),
        ("1.005", Currency.USD, 101, 100, 101),
        ("-1.005", Currency.USD, -100, -101, -101),
        ("0.000000000000000000000001", Currency.JPY, 1, 0, 0),
    ],
)
def test_the_table_of_rounding(
    amount: str, currency: Currency, up: int, down: int, half_up: int
) -> None:
    rounded = [to_minor(Decimal(amount), currency, rule) for rule in Rounding]
    assert rounded == [up, down, half_up]


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1E+28"])
def test_what_is_no_amount_is_not_rounded(amount: str) -> None:
    with pytest.raises(NotExact, match="no amount of money"):
        to_minor(Decimal(amount), Currency.JPY, Rounding.UP)


def test_minor_units_keep_the_places_of_the_currency() -> None:
    assert str(from_minor(1230, Currency.USD)) == "12.30"
    assert str(from_minor(1230, Currency.JPY)) == "1230"
    assert [currency.minor for currency in Currency] == [Decimal(1), Decimal("0.01")]
