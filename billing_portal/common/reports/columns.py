"""Columns of reports: each draws a cell for the page and gives a plain value for the file."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from billing_portal.common import csvfile, money
from billing_portal.common.parts import figures
from billing_portal.common.periods import Month

NUMBER = {"th": {"class": "number"}, "td": {"class": "number"}, "tf": {"class": "number"}}
CLIP = 120
"""A longer text is folded on the page; the file has all of it."""


class TextColumn(tables.Column):
    """Text of people. In whatever direction it runs, it stays in its cell."""

    def render(self, value: Any) -> SafeString:
        return _clipped(str(value))

    def value(self, value: Any) -> str:
        return csvfile.guard(str(value))


class KeyColumn(TextColumn):
    """An identifier, in monospace."""

    def render(self, value: Any) -> SafeString:
        return format_html("<code>{}</code>", _clipped(str(value)))


class LinkColumn(TextColumn):
    """The name of something, as a door to its page: `LinkColumn(to="device", by=("key",))`."""

    def __init__(
        self, *args: Any, to: str, by: Sequence[str], mono: bool = False, **options: Any
    ) -> None:
        target = (to, [tables.A(accessor) for accessor in by])
        super().__init__(*args, linkify=target, **options)
        self.mono = mono

    def render(self, value: Any) -> SafeString:
        text = _clipped(str(value), fold=False)
        return format_html("<code>{}</code>", text) if self.mono else text


class RightColumn(tables.Column):
    """Figures stand at the right."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"attrs": NUMBER, **options})


class NumberColumn(RightColumn):
    """A count or another number that needs no exact decimals in line."""

    def render(self, value: int | Decimal) -> str:
        return figures.number(value)

    def value(self, value: int | Decimal) -> str:
        return money.plain(Decimal(value))


class AmountColumn(RightColumn):
    """An exact amount, its point in line with those above and below."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.places = 0

    def fit(self, amounts: list[Decimal]) -> None:
        """Find room for the longest of these."""
        self.places = figures.places_of(amounts)

    def render(self, value: Decimal) -> SafeString:
        return figures.figure(value, self.places)

    def value(self, value: Decimal) -> str:
        return money.plain(value)


class MoneyColumn(RightColumn):
    """Minor units; `currency` is where the record has the code of their currency."""

    def __init__(self, *args: Any, currency: str = "currency", **options: Any) -> None:
        super().__init__(*args, **options)
        self.currency = tables.A(currency)

    def render(self, value: int, record: Any) -> str:
        return figures.money_text(value, self.currency.resolve(record))

    def value(self, value: int, record: Any) -> str:
        return str(money.from_minor(value, money.Currency(self.currency.resolve(record))))


class DayColumn(tables.Column):
    def render(self, value: date) -> str:
        return figures.short_day(value)

    def value(self, value: date) -> str:
        return value.isoformat()


class MonthColumn(tables.Column):
    def render(self, value: Month) -> str:
        return figures.month_name(value)

    def value(self, value: Month) -> str:
        return value.iso


class InstantColumn(tables.Column):
    """An instant in UTC; the header says so."""

    def render(self, value: datetime) -> str:
        return figures.short_instant(value)

    def value(self, value: datetime) -> str:
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class FlagColumn(tables.Column):
    def render(self, value: bool) -> str:
        return _("Yes") if value else _("No")

    value = render


def _clipped(text: str, *, fold: bool = True) -> SafeString:
    """Keep a text in its own direction; fold one that would fill the page."""
    if len(text) <= CLIP:
        return format_html("<bdi>{}</bdi>", text)
    start = format_html("<bdi>{}…</bdi>", text[:CLIP])
    if not fold:
        return start
    return format_html(
        '<details class="long"><summary>{}</summary><bdi>{}</bdi></details>', start, text
    )
