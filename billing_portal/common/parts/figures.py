"""Figures, months and days as people read them, in the language of the page."""

from datetime import UTC, date, datetime
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from django import template
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing_portal.common import money
from billing_portal.common.periods import Month

register = template.Library()

NOTHING = "–"
_PATTERNS = {
    "en": {"day": "d MMMM y", "short": "d MMM y", "month": "MMMM y", "weekday": "EEE"},
    "ja": {"day": "y年M月d日", "short": "y/MM/dd", "month": "y年M月", "weekday": "EEE"},
}


def _language() -> str:
    language = (get_language() or "en").split("-")[0]
    return language if language in _PATTERNS else "en"


def _date(when: date, pattern: str) -> str:
    if isinstance(when, datetime):
        when = when.astimezone(UTC)
    language = _language()
    return format_date(when, _PATTERNS[language][pattern], locale=language)


@register.simple_tag(name="money")
def money_text(minor: int | None, currency: str) -> str:
    """Write minor units: 1234567 JPY is "¥1,234,567", 123456 USD is "$1,234.56"."""
    if minor is None:
        return NOTHING
    amount = money.from_minor(minor, money.Currency(currency))
    return format_currency(amount, currency, locale=_language())


@register.filter
def plain(amount: Decimal) -> str:
    """Write an exact amount with all its digits, in groups of three: "1,234.500001"."""
    whole, point, fraction = money.plain(amount).partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-')):,}{point}{fraction}"


@register.simple_tag
def figure(amount: Decimal, places: int = 0) -> SafeString:
    """Write an exact amount for a column in which `places` decimals must find room.

    The decimals stand in a box as wide as the longest of the column, so that points align.
    """
    whole, point, fraction = plain(amount).partition(".")
    if not places and not fraction:
        return format_html('<span class="figure">{}</span>', whole)
    return format_html(
        '<span class="figure">{}<span class="fraction places-{}">{}{}</span></span>',
        whole,
        places,
        point,
        fraction,
    )


def places_of(amounts: list[Decimal]) -> int:
    """Return how many decimals the longest of these amounts has."""
    return max((len(money.plain(amount).partition(".")[2]) for amount in amounts), default=0)


@register.filter
def month_name(month: Month) -> str:
    """October 2026, 2026年10月."""
    return _date(month.first_day, "month")


@register.filter
def day(when: date) -> str:
    """20 November 2026, 2026年11月20日."""
    return _date(when, "day")


@register.filter
def short_day(when: date) -> str:
    """20 Nov 2026, 2026/11/20: for columns."""
    return _date(when, "short")


@register.filter
def weekday(when: date) -> str:
    """Fri, 金."""
    return _date(when, "weekday")


@register.filter
def instant(when: datetime) -> str:
    """20 November 2026, 14:05 UTC."""
    clock = when.astimezone(UTC)
    return _("%(day)s, %(time)s UTC") % {"day": day(clock), "time": f"{clock:%H:%M}"}


@register.filter
def short_instant(when: datetime) -> str:
    """20 Nov 2026 14:05, for columns, whose header says UTC."""
    clock = when.astimezone(UTC)
    return f"{short_day(clock)} {clock:%H:%M}"


@register.filter
def file_size(size: int) -> str:
    """1.2 MB, with a blank that never breaks."""
    return filesizeformat(size)


@register.filter
def number(count: int | Decimal) -> str:
    """1,234,567."""
    return format_decimal(count, locale=_language())


@register.filter
def percent(share: Decimal) -> str:
    """Write hundredths as per cent, with one decimal: 12.3 is "12.3%"."""
    return format_percent(share / 100, format="#,##0.0%", locale=_language())
