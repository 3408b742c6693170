"""Columns that several tables share. `render_` is for the page; values stay plain."""

from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from billing_portal.common.periods import Month
from invoices.choices import BillState
from invoices.models import Bill
from invoices.templatetags.figures import figure, money_text

NUMBER = {"th": {"class": "number"}, "td": {"class": "number"}, "tf": {"class": "number"}}
TEMPLATE = "generic/table.html"


def bill_address(bill: Bill, key: str) -> str:
    return reverse("bill", args=[key, bill.coverage, bill.month])


def total_link(bill: Bill, key: str) -> SafeString:
    """The total with tax as a door to the bill."""
    return format_html(
        '<a href="{}">{}</a>', bill_address(bill, key), money_text(bill.gross_minor, bill.currency)
    )


def stage_words(bill: Bill, running: Month) -> tuple[str, str]:
    """Whether figures are preliminary or final, as (class of the mark, words)."""
    if bill.state == BillState.CLOSED:
        return "final", _("Final")
    if bill.month >= running:
        return "preliminary", _("Preliminary")
    return "closing", _("Being finalised")


def stage(bill: Bill, running: Month) -> SafeString:
    return format_html('<span class="stage {}">{}</span>', *stage_words(bill, running))


class ExactColumn(tables.Column):
    """An exact amount, its point in line with those above and below."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"attrs": NUMBER, **options})
        self.places = 0

    def render(self, value: Decimal) -> SafeString:
        return figure(value, self.places)
