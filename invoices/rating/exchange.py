"""Amounts of a foreign currency on a document: converted, and their tax in JPY (Q39 to Q41)."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from billing_portal.common.money import CONTEXT, Currency, Rounding, from_minor, rounded, to_minor
from invoices.rating.taxes import RateTotal

KEPT = timedelta(days=7)
"""A rate serves the days after its own, until the next one, but no longer than this (Q41)."""


class Method(StrEnum):
    """How the tax of amounts in USD is stated in JPY (Q40)."""

    NET_CONVERTED = "1"
    GROSS_CONVERTED = "2"
    TAX_OF_NET = "3"
    TAX_OF_GROSS = "4"


class Quote(NamedTuple):
    """So many JPY for one unit of a foreign currency, by a source, on a day."""

    day: date
    rate: Decimal
    source: str


class MissingExchangeRate(LookupError):
    """No rate of a currency is known for a day, nor for one of the seven before it."""

    def __init__(self, currency: str, day: date) -> None:
        super().__init__(
            f"No exchange rate of {currency} is known for {day.isoformat()} or the 7 days before."
        )
        self.currency = currency
        self.day = day


def quote_for(quotes: Sequence[Quote], day: date, *, currency: str) -> Quote:
    """Return the latest quote of that day or before it; `quotes` come in the order of their days.

    Raises MissingExchangeRate.
    """
    at = bisect_right(quotes, day, key=lambda quote: quote.day) - 1
    if at < 0 or day - quotes[at].day > KEPT:
        raise MissingExchangeRate(currency, day)
    return quotes[at]


def in_yen(minor: int, currency: Currency, rate: Decimal) -> Decimal:
    """Convert printed minor units; the amount in JPY is exact."""
    return CONTEXT.multiply(from_minor(minor, currency), rate)


def tax_in_yen(
    stated: RateTotal,
    *,
    currency: Currency,
    rate: Decimal,
    method: Method,
    rounding: Rounding,
    round_converted: bool,
) -> int:
    """Return the tax of one rate in whole JPY, from the net or gross printed on the document.

    It is rounded once, at the end; `round_converted` rounds the converted net (method 1) or gross
    (method 2) as well. What methods 3 and 4 convert is the tax itself.
    """
    of_gross = method in {Method.GROSS_CONVERTED, Method.TAX_OF_GROSS}
    converted = in_yen(stated.gross_minor if of_gross else stated.net_minor, currency, rate)
    if round_converted and method in {Method.NET_CONVERTED, Method.GROSS_CONVERTED}:
        converted = Decimal(to_minor(converted, Currency.JPY, rounding))
    if not of_gross:
        return to_minor(CONTEXT.multiply(converted, stated.rate), Currency.JPY, rounding)
    # gross × r / (1 + r) seldom ends in decimals, so it is rounded as the fraction that it is.
    amount, parts = converted.as_integer_ratio()
    share, whole = stated.rate.as_integer_ratio()
    return rounded(amount * share, parts * (share + whole), rounding)
