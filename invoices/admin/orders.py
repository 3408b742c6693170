"""What customers ordered by themselves, and codes that are given away."""

# ruff: noqa: ARG002 - Django gives the signatures

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing_portal.common.money import Currency
from billing_portal.common.staff import Act, amount, exactly, typed_text
from invoices.admin.credit_pages import CreditAdmin
from invoices.choices import OrderState
from invoices.forms.orders import CancelForm, VoucherForm
from invoices.models import Order, Voucher

ByAccount = typed_text("account", gettext_lazy("account"), "account__key")


def _says_cancel(row: Any) -> str:
    text = _("%(order)s is cancelled; a document that it had is given back by a return invoice.")
    return text % {"order": row.key}


class Written(CreditAdmin):
    """Rows that only services write, here and for customers."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """There is nothing to save."""


@admin.register(Order)
class OrderAdmin(Written):
    acts = {"cancel": Act(gettext_lazy("Take it back"), CancelForm, _says_cancel)}
    list_display = (
        "key", "account", "coverage", "item", "quantity", "price", "total", "state", "quoted_at",
    )  # fmt: skip
    list_filter = ("state", "coverage", "item", ByAccount)
    list_select_related = ("account", "item")
    search_fields = ("key", "account__key", "account__team_name")
    search_help_text = gettext_lazy("Order or account")
    ordering = ("-quoted_at", "-pk")
    fields = (
        "key", "account", "coverage", "item", "quantity", "price", "total", "first_month", "state",
        "quoted_at", "ordered_at", "ordered_by", "document", "coupon", "contract",
    )  # fmt: skip
    price = staticmethod(exactly("unit_price", gettext_lazy("unit price")))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def offers(self, row: Any, name: str) -> bool:
        return row.state in (OrderState.QUOTED, OrderState.PROCESSING)

    @admin.display(description=gettext_lazy("total with tax"))
    def total(self, row: Order) -> str:
        return f"{_total(row)} {row.currency}"

    def in_words(self, row: Any) -> str:
        text = _("%(key)s: %(item)s for %(account)s, %(total)s %(currency)s with tax.")
        said = {"key": row.key, "item": row.item.code, "account": row.account.key}
        return text % {**said, "total": _total(row), "currency": row.currency}


@admin.register(Voucher)
class VoucherAdmin(Written):
    new_form = VoucherForm
    acts = {}
    list_display = ("code", "coverage", "item", "exact_amount", "months", "last_day", "coupon")
    list_filter = ("coverage", "item", ("coupon", admin.EmptyFieldListFilter))
    list_select_related = ("item", "coupon")
    search_fields = ("code", "coupon__account__key")
    search_help_text = gettext_lazy("Code or account")
    ordering = ("-last_day", "code")
    fields = ("code", "coverage", "item", "exact_amount", "months", "last_day", "coupon")
    exact_amount = staticmethod(exactly("amount", gettext_lazy("amount")))

    def what_a_new_one_does(self) -> str:
        return _(
            "Who registers the code first has the coupon. It is usable from the month of its"
            " registration on."
        )

    def in_words(self, row: Any) -> str:
        return str(row.code)


def _total(row: Any) -> str:
    return amount(row.total_minor, Currency(row.currency))
