"""How amounts, quantities, rates and days are written on a document.

Patterns are given in full, so that another edition of the locale data changes no document.
"""

from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency

from billing_portal.common.money import CONTEXT, Currency, from_minor, plain

# Its ¥ and $ are narrow; the Japanese locale writes a full-width yen sign among narrow digits.
_LOCALE = "en_US"
_DAYS = {"ja": "y年M月d日", "en": "d MMMM y"}
_MONTHS = {"ja": "y年M月", "en": "MMMM y"}


def money(minor: int, currency: str) -> str:
    """Write ¥1,234,567 or $1,234.56; a minus stands in front."""
    places = "." + "0" * Currency(currency).places if Currency(currency).places else ""
    pattern = f"¤#,##0{places};-¤#,##0{places}"
    amount = from_minor(minor, Currency(currency))
    return format_currency(
        amount, currency, pattern, locale=_LOCALE, currency_digits=False, decimal_quantization=False
    )


def quantity(text: str) -> str:
    """Write a plain decimal with thousands marks, every digit of it."""
    return format(Decimal(text), ",f")


def percent(rate: str) -> str:
    """Write the fraction 0.1 as 10%."""
    return f"{plain(CONTEXT.multiply(Decimal(rate), Decimal(100)))}%"


def day(iso: str, language: str) -> str:
    return format_date(date.fromisoformat(iso), _DAYS[language], locale=language)


def month(iso: str, language: str) -> str:
    """Write the month "2026-10"."""
    return format_date(date.fromisoformat(f"{iso}-01"), _MONTHS[language], locale=language)
