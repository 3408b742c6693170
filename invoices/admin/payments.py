"""What is open, what came in, cards, refunds and credit."""

# ruff: noqa: ARG002 - Django gives the signatures

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing_portal.common import clock
from billing_portal.common.staff import (
    NEEDS,
    Act,
    Need,
    ReadOnlyAdmin,
    ReadOnlyInline,
    amount,
    link,
    page_of,
    typed_text,
)
from invoices.admin.service_pages import WrittenAdmin
from invoices.choices import PaymentStanding
from invoices.forms.payments import CorrectForm, RefundForm
from invoices.models import (
    Card,
    Charge,
    CustomerCredit,
    CustomerCreditEntry,
    Invoice,
    PaymentEntry,
    Receivable,
    Refund,
)
from invoices.selectors.receivables import standing_is
from invoices.selectors.settings import today
from invoices.services.credits import CreditRefused
from invoices.services.payments import PaymentRefused


def _currency(row: Any) -> str:
    match row:
        case Receivable():
            return row.invoice.currency
        case CustomerCredit():
            return row.currency
        case CustomerCreditEntry():
            return row.credit.currency
        case Refund():
            return row.charge.receivable.invoice.currency
    return str(row.receivable.invoice.currency)


def money(name: str, label: Any) -> Any:
    """A column of minor units, written with the currency of its row."""

    @admin.display(description=label)
    def column(row: Any) -> str:
        currency = _currency(row)
        return f"{amount(getattr(row, name), currency)} {currency}"

    return column


class EntryInline(ReadOnlyInline):
    model = PaymentEntry
    fields = ("at", "kind", "came_in", "open_after", "charge", "transfer", "actor", "reason")
    readonly_fields = ("came_in", "open_after")
    ordering = ("number",)
    came_in = staticmethod(money("amount_minor", gettext_lazy("amount")))
    open_after = staticmethod(money("left_minor", gettext_lazy("open")))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return _with_invoice(super().get_queryset(request), "receivable__invoice")


class ChargeInline(ReadOnlyInline):
    model = Charge
    fields = ("started_at", "card", "asked", "state", "code", "reference", "ended_at")
    readonly_fields = ("asked",)
    ordering = ("number",)
    asked = staticmethod(money("amount_minor", gettext_lazy("amount")))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return _with_invoice(super().get_queryset(request), "receivable__invoice")


def _says(row: Any) -> str:
    said = {"open": amount(row.open_minor, row.invoice.currency), "currency": row.invoice.currency}
    return _("%(open)s %(currency)s is open now. Documents themselves stay as they are.") % said


LATE = "late"
"""What staff may have to ask for: overdue, or refused by every card."""


def _late(now: datetime) -> QuerySet[Receivable]:
    return _standing(PaymentStanding.OVERDUE, now) | _standing(PaymentStanding.FAILED, now)


def _standing(wanted: str, now: datetime) -> QuerySet[Receivable]:
    documents = Invoice.objects.filter(standing_is(wanted, today=today(now=now)))
    return Receivable.objects.filter(invoice__in=documents.values("pk"))


class StandingFilter(admin.SimpleListFilter):
    title = gettext_lazy("payment")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(LATE, gettext_lazy("Overdue or failed")), *PaymentStanding.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted, now = self.value(), clock.now()
        if wanted == LATE:
            return queryset & _late(now)
        return queryset & _standing(wanted, now) if wanted else queryset


@admin.register(Receivable)
class ReceivableAdmin(WrittenAdmin):
    """What of each document is open, with everything that came in."""

    refusal = (PaymentRefused, CreditRefused)
    acts = {
        "correct": Act(gettext_lazy("Correct what is open"), CorrectForm, _says),
        "refund": Act(gettext_lazy("Refund to the card"), RefundForm, _says),
    }
    list_display = ("document", "account", "method", "asked", "still_open", "state", "due", "tries")
    list_display_links = ("document",)
    list_filter = (
        StandingFilter,
        "method",
        typed_text("account", gettext_lazy("account"), "invoice__account__key"),
    )
    search_fields = ("invoice__label", "invoice__account__key", "invoice__account__team_name")
    fields = ("document", "account", "method", "asked", "still_open", "state", "due", "due_at",
              "tries", "given_up_at", "error")  # fmt: skip
    inlines = (EntryInline, ChargeInline)
    asked = staticmethod(money("amount_minor", gettext_lazy("amount")))
    still_open = staticmethod(money("open_minor", gettext_lazy("open")))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return _with_invoice(super().get_queryset(request), "invoice__account")

    @admin.display(description=gettext_lazy("document"), ordering="invoice__label")
    def document(self, row: Receivable) -> str:
        return row.invoice.label

    @admin.display(description=gettext_lazy("account"))
    def account(self, row: Receivable) -> SafeString:
        return link(row.invoice.account, "accounts_account_change", row.invoice.account_id)

    @admin.display(description=gettext_lazy("due"), ordering="invoice__due_date")
    def due(self, row: Receivable) -> str:
        return row.invoice.due_date.isoformat()

    def in_words(self, row: Any) -> str:
        return _says(row)


@admin.register(Card)
class CardAdmin(ReadOnlyAdmin):
    list_display = ("account", "coverage", "brand", "last4", "expires", "is_default", "removed_at")
    list_filter = (
        "coverage",
        "gateway",
        typed_text("account", gettext_lazy("account"), "account__key"),
    )
    list_select_related = ("account",)
    search_fields = ("account__key", "account__team_name", "last4")

    @admin.display(description=gettext_lazy("expires"), ordering="exp_year")
    def expires(self, card: Card) -> str:
        return f"{card.exp_year:04}-{card.exp_month:02}"


class CreditEntryInline(ReadOnlyInline):
    model = CustomerCreditEntry
    fields = ("at", "kind", "moved", "left_after", "receivable", "actor", "reason")
    readonly_fields = ("moved", "left_after")
    ordering = ("number",)
    moved = staticmethod(money("amount_minor", gettext_lazy("amount")))
    left_after = staticmethod(money("left_minor", gettext_lazy("left")))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("credit", "receivable")


@admin.register(CustomerCredit)
class CustomerCreditAdmin(ReadOnlyAdmin):
    list_display = ("account", "currency", "left")
    list_filter = ("currency", typed_text("account", gettext_lazy("account"), "account__key"))
    list_select_related = ("account",)
    search_fields = ("account__key", "account__team_name")
    fields = ("account", "currency", "left")
    inlines = (CreditEntryInline,)
    left = staticmethod(money("left_minor", gettext_lazy("left")))


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = ("started_at", "charge", "given", "state", "actor", "reason")
    list_filter = ("state",)
    search_fields = ("charge__receivable__invoice__label", "reason")
    fields = ("charge", "given", "state", "reference", "started_at", "actor", "reason", "error")
    given = staticmethod(money("amount_minor", gettext_lazy("amount")))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return _with_invoice(super().get_queryset(request), "charge__receivable__invoice")


NEEDS.append(
    Need(
        "invoices.view_receivable",
        lambda now: _late(now).count(),
        lambda count: ngettext(
            "%(count)d document is overdue, or no card could pay it.",
            "%(count)d documents are overdue, or no card could pay them.",
            count,
        ),
        lambda _now: page_of("invoices_receivable_changelist", standing=LATE),
    )
)


def _with_invoice(rows: QuerySet[Any], path: str) -> QuerySet[Any]:
    """Documents come along, but not their whole text."""
    invoice = path.removesuffix("__account")
    return rows.select_related(path).defer(f"{invoice}__snapshot")
