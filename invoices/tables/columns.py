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
from billing_portal.common.parts.figures import figure, money_text

NUMBER = {"th": {"class": "number"}, "td": {"class": "number"}, "tf": {"class": "number"}}
TEMPLATE = "generic/table.html"


def total_link(bill: Bill, key: str) -> SafeString:
    """The total with tax as a door to the bill."""
    address = reverse("bill", args=[key, bill.coverage, bill.month])
    return format_html('<a href="{}">{}</a>', address, money_text(bill.gross_minor, bill.currency))


def stage(bill: Bill, running: Month) -> SafeString:
    """The mark that says whether figures are preliminary or final."""
    if bill.state == BillState.CLOSED:
        mark, words = "final", _("Final")
    elif bill.month >= running:
        mark, words = "preliminary", _("Preliminary")
    else:
        mark, words = "closing", _("Being finalised")
    return format_html('<span class="stage {}">{}</span>', mark, words)


class ExactColumn(tables.Column):
    """An exact amount, its point in line with those above and below."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"attrs": NUMBER, **options})
        self.places = 0

    def render(self, value: Decimal) -> SafeString:
        return figure(value, self.places)
