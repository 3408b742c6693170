"""Bills as they are; only the rating writes them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from billing_portal.common.staff import ReadOnlyAdmin, ReadOnlyInline, amount, names_of
from invoices.models import Bill, BillDayTotal, BillItemTotal


class PartInline(ReadOnlyInline):
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("bill")


class ItemTotalInline(PartInline):
    model = BillItemTotal
    fields = ("name", "code", "category", "unit", "quantity", "amount", "tax_category", "tax_date")


class DayTotalInline(PartInline):
    model = BillDayTotal
    fields = ("date", "amount")


@admin.register(Bill)
class BillAdmin(ReadOnlyAdmin):
    list_display = (
        "account",
        "coverage",
        "month",
        "state",
        "currency",
        "tax",
        "total",
        "line_count",
        "evaluated_at",
    )
    list_filter = ("state", "coverage", "month")
    list_select_related = ("account",)
    search_fields = ("account__key", "account__team_name")
    ordering = ("-month", "account__key", "coverage")
    fields = names_of(Bill)
    inlines = (ItemTotalInline, DayTotalInline)

    @admin.display(description=_("tax"))
    def tax(self, bill: Bill) -> str:
        return amount(bill.tax_minor, bill.currency)

    @admin.display(description=_("total with tax"))
    def total(self, bill: Bill) -> str:
        return amount(bill.gross_minor, bill.currency)
