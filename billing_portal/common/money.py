"""Exact amounts, and the only place where one is rounded.

Until the invoice an amount is a Decimal of at most 24 places and 14 digits before the point; from
the invoice on, money is an integer of minor units. Knows nothing of Django.
"""

import re
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
)
from enum import StrEnum

PLACES = 24
WHOLE_DIGITS = 14
LIMIT = Decimal(10) ** WHOLE_DIGITS

# Python's default of 28 digits would drop some of our 38. Losing a digit here is an error.
CONTEXT = Context(prec=60, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
_ROUNDING_CONTEXT = Context(prec=60, traps=[InvalidOperation, DivisionByZero, Overflow])

_WRITTEN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")


class NotExact(ValueError):
    """The value is no number, or the digits it may have cannot hold it."""


class Rounding(StrEnum):
    """How an amount becomes whole minor units (rules Q34 and Q35)."""

    UP = "up"  # towards plus infinity: -10.4 becomes -10
    DOWN = "down"  # towards minus infinity: -10.4 becomes -11
    HALF_UP = "half_up"  # to the nearest, halves away from zero: -10.5 becomes -11


_MODES = {
    Rounding.UP: ROUND_CEILING,
    Rounding.DOWN: ROUND_FLOOR,
    Rounding.HALF_UP: ROUND_HALF_UP,
}


class Currency(StrEnum):
    JPY = "JPY"
    USD = "USD"

    @property
    def places(self) -> int:
        """Return how many decimal places the smallest unit has."""
        return 0 if self is Currency.JPY else 2

    @property
    def minor(self) -> Decimal:
        """Return the smallest unit: 1 yen or 0.01 dollar."""
        return Decimal(1).scaleb(-self.places)


def exact(
    value: str | int | Decimal, *, whole_digits: int = WHOLE_DIGITS, places: int = PLACES
) -> Decimal:
    """Return the value as an exact number without trailing zeros.

    Raises NotExact for a float, a text that is no number, NaN, infinity, more digits before the
    point than `whole_digits` or more decimal places than `places`.
    """
    number = _number(value)
    if number.copy_abs() >= Decimal(10) ** whole_digits:
        raise NotExact(f"{value} has more than {whole_digits} digits before the point.")
    try:
        number.quantize(Decimal(1).scaleb(-places), context=CONTEXT)
    except DecimalException:
        raise NotExact(f"{value} has more than {places} decimal places.") from None
    return Decimal(plain(number))


def divide(a: Decimal, b: Decimal) -> Decimal:
    """Return a / b, or raise NotExact where 24 decimal places cannot hold the quotient."""
    try:
        return exact(CONTEXT.divide(a, b))
    except DecimalException:
        raise NotExact(f"{plain(a)} / {plain(b)} is not exact in {PLACES} places.") from None


def plain(value: Decimal) -> str:
    """Write a number for people and files: no exponent, no trailing zeros, "0" and never "-0"."""
    if not value.is_finite():
        raise NotExact(f"{value} is not a number.")
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if value else "0"


def to_minor(amount: Decimal, currency: Currency, rounding: Rounding) -> int:
    """Round an exact amount to whole minor units: 10.4 JPY up is 11, 1.005 USD up is 101."""
    if not amount.is_finite() or amount.copy_abs() >= LIMIT * LIMIT:
        raise NotExact(f"{amount} {currency} is no amount of money.")
    rounded = amount.quantize(currency.minor, _MODES[rounding], context=_ROUNDING_CONTEXT)
    return int(rounded.scaleb(currency.places, context=CONTEXT))


def rounded(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Round a fraction with a positive denominator to a whole number: 10/3 up is 4."""
    whole, rest = divmod(numerator, denominator)  # whole is towards minus infinity, rest >= 0
    match rounding:
        case Rounding.UP:
            return whole + (rest > 0)
        case Rounding.DOWN:
            return whole
    twice = 2 * rest
    return whole + (twice > denominator or (twice == denominator and numerator > 0))


def from_minor(units: int, currency: Currency) -> Decimal:
    """Return minor units as an amount with the places of the currency: 1230 USD is 12.30."""
    return Decimal(units).scaleb(-currency.places, context=CONTEXT)


def _number(value: str | int | Decimal) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise NotExact(f"{value!r} is not exact: give text, an integer or a Decimal.")
    if isinstance(value, str) and not _WRITTEN.fullmatch(value):
        raise NotExact(f"{value!r} is not a number.")
    number = Decimal(value)
    if not number.is_finite():
        raise NotExact(f"{value!r} is not a number.")
    return number
