"""Columns and rows that several tables share. `render_` is for the page; values stay plain."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django_tables2.data import TableData
from django_tables2.utils import OrderBy, OrderByTuple

from billing_portal.common.money import Currency, Rounding, to_minor
from billing_portal.common.parts.figures import figure, money_text, percent
from billing_portal.common.periods import Month
from billing_portal.common.reports.columns import NUMBER
from invoices.choices import BillState
from invoices.models import Bill

TEMPLATE = "generic/table.html"
SHARE_WIDTH = 64
_WORD = re.compile(r"[A-Z./-]?[^A-Z./-]+|[A-Z./-]")


def bill_url(bill: Bill, name: str = "bill", /, **query: str | None) -> str:
    """The address of a page of a bill; what is None is not asked for."""
    address = reverse(name, args=[bill.account.key, bill.coverage, bill.month])
    asked = {key: value for key, value in query.items() if value is not None}
    return f"{address}?{urlencode(asked)}" if asked else address


def link(address: str, text: str | SafeString) -> SafeString:
    return format_html('<a href="{}">{}</a>', address, text)


def broken(name: str) -> SafeString:
    """A long name in monospace that may break between its words, on phones too."""
    return format_html(
        "<code>{}</code>", format_html_join(mark_safe("<wbr>"), "{}", zip(_WORD.findall(name)))
    )


def stage(bill: Bill, running: Month) -> SafeString:
    """The mark that says whether figures are preliminary or final."""
    if bill.state == BillState.CLOSED:
        mark, words = "final", _("Final")
    elif bill.month >= running:
        mark, words = "preliminary", _("Preliminary")
    else:
        mark, words = "closing", _("Being finalised")
    return format_html('<span class="stage {}">{}</span>', mark, words)


def about(amount: Decimal, currency: str) -> str:
    """An exact amount in whole minor units, for the eye: its exact figure is a click away."""
    return money_text(to_minor(amount, Currency(currency), Rounding.HALF_UP), currency)


def signed(text: str, amount: Decimal | int) -> str:
    """A difference with its sign, whichever it is."""
    return f"+{text}" if amount > 0 else text


def total_link(bill: Bill) -> SafeString:
    """The total with tax as a door to the bill."""
    return link(bill_url(bill), money_text(bill.gross_minor, bill.currency))


class PagedData(TableData):
    """Rows that are ordered and read by whoever holds them, page by page."""

    data: Any

    def __len__(self) -> int:
        return len(self.data)

    def order_by(self, aliases: Iterable[str]) -> None:
        names: list[str] = []
        for alias in aliases:
            column = self.table.columns[OrderBy(alias).bare]
            order = column.order_by
            names += order if alias[0] == column.order_by_alias[0] else order.opposite
        if names:
            self.data = self.data.order_by(*OrderByTuple(names))


class ShareColumn(tables.Column):
    """Per cent of a whole, with a small bar."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"attrs": NUMBER, "orderable": False, **options})

    def render(self, value: Decimal) -> SafeString:
        width = max(0, min(SHARE_WIDTH, round(value * SHARE_WIDTH / 100)))
        return format_html(
            '<span class="nowrap">{} <svg class="share" width="{}" height="8" aria-hidden="true">'
            '<rect width="{}" height="8"/></svg></span>',
            percent(value),
            SHARE_WIDTH,
            width,
        )


def fit(
    table: tables.Table, columns: Mapping[str, Iterable[Decimal]], *, currency: str, net: Decimal
) -> None:
    """Line up the points of exact columns, name the currency above the amounts and put the sum
    below them.
    """
    for name, values in columns.items():
        table.columns[name].column.fit([*values, *([net] if name == "amount" else [])])
    amount = table.columns["amount"].column
    amount.verbose_name = _("Net, %(currency)s") % {"currency": currency}
    amount._footer = figure(net, amount.places)


def shown(table: tables.Table) -> list[Any]:
    """The rows of the page that is shown."""
    return [row.record for row in table.paginated_rows]
