"""Bills as they are; only the rating writes them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from billing_portal.common.staff import (
    MonthFilter,
    ReadOnlyAdmin,
    ReadOnlyInline,
    amount,
    exactly,
    names_of,
)
from invoices.models import Bill, BillDayTotal, BillItemTotal

SUMMARY = ("account", "coverage", "month", "state", "currency", "exact_net", "tax", "total")
WHOLE = ("exact_one_off", "exact_whole_net")
WRITTEN = ("net", "one_off", "whole_net", "tax_minor", "gross_minor")
"""Columns that stand there in another form."""


class PartInline(ReadOnlyInline):
    exact_amount = staticmethod(exactly("amount", _("amount")))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("bill")


class ItemTotalInline(PartInline):
    model = BillItemTotal
    fields = (
        "name",
        "code",
        "category",
        "unit",
        "exact_quantity",
        "exact_amount",
        "tax_category",
        "tax_date",
    )
    readonly_fields = ("exact_quantity", "exact_amount")
    exact_quantity = staticmethod(exactly("quantity", _("quantity")))


class DayTotalInline(PartInline):
    model = BillDayTotal
    fields = ("date", "exact_amount")
    readonly_fields = ("exact_amount",)


@admin.register(Bill)
class BillAdmin(ReadOnlyAdmin):
    list_display = (
        "account",
        "coverage",
        "month",
        "state",
        "currency",
        "exact_net",
        "tax",
        "total",
        "line_count",
        "evaluated_at",
    )
    list_filter = ("state", "coverage", MonthFilter)
    list_select_related = ("account",)
    search_fields = ("account__key", "account__team_name")
    ordering = ("-month", "account__key", "coverage")
    fields = (*SUMMARY, *WHOLE, *names_of(Bill, *SUMMARY, *WRITTEN))
    readonly_fields = ("exact_net", "tax", "total", *WHOLE)
    exact_net = staticmethod(exactly("net", _("net")))
    exact_one_off = staticmethod(exactly("one_off", _("one-off charges left out")))
    exact_whole_net = staticmethod(exactly("whole_net", _("net with one-off charges")))
    inlines = (ItemTotalInline, DayTotalInline)

    @admin.display(description=_("tax"))
    def tax(self, bill: Bill) -> str:
        return amount(bill.tax_minor, bill.currency)

    @admin.display(description=_("total with tax"))
    def total(self, bill: Bill) -> str:
        return amount(bill.gross_minor, bill.currency)
