"""Coupons with their ledgers, and contracts."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Account
from billing_portal.common import clock
from billing_portal.common.money import Rounding, plain, to_minor
from billing_portal.common.periods import Month
from billing_portal.common.staff import (
    ACCOUNT_FACTS,
    Act,
    Fact,
    ReadOnlyInline,
    amount,
    exactly,
    link,
    typed_text,
)
from invoices.admin.credit_pages import CreditAdmin, UsableFilter
from invoices.forms.credits import ContractForm, CorrectionForm, CouponForm, EndForm
from invoices.models import Contract, Coupon, CouponEntry
from invoices.rating.vocabulary import CURRENCY
from invoices.selectors.credits import balances
from invoices.services.credits import contracts, coupons

ByAccount = typed_text("account", gettext_lazy("account"), "account__key")


class EntryInline(ReadOnlyInline):
    """The ledger: every movement, with what was left after it."""

    model = CouponEntry
    fields = ("at_utc", "kind", "month", "exact_amount", "exact_left", "on_bill", "actor", "reason")
    readonly_fields = ("at_utc", "exact_amount", "exact_left", "on_bill")
    ordering = ("number",)
    exact_amount = staticmethod(exactly("amount", gettext_lazy("amount")))
    exact_left = staticmethod(exactly("left", gettext_lazy("left")))

    @admin.display(description=gettext_lazy("at"))
    def at_utc(self, entry: CouponEntry) -> str:
        return f"{entry.at:%Y-%m-%d %H:%M:%S} UTC"

    @admin.display(description=gettext_lazy("bill"))
    def on_bill(self, entry: CouponEntry) -> SafeString | str:
        return link(entry.month, "invoices_bill_change", entry.bill_id) if entry.bill_id else "-"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("coupon")


def _says_correct(row: Any) -> str:
    text = _(
        "%(left)s is left now. The entry counts from the first month that is not closed, and"
        " bills that are under way are rated again. What closed bills used stays used."
    )
    return text % {"left": plain(_left(row))}


@admin.register(Coupon)
class CouponAdmin(CreditAdmin):
    """What is left stands there twice: rounded down as customers see it, and exact (Q25)."""

    new_form, service = CouponForm, coupons
    acts = {"correct": Act(gettext_lazy("Correct the balance"), CorrectionForm, _says_correct)}
    list_display = (
        "code",
        "account",
        "coverage",
        "item",
        "exact_amount",
        "balance",
        "exact_balance",
        "first_month",
        "last_month",
    )
    list_filter = (UsableFilter, "coverage", "item", ByAccount)
    list_select_related = ("account", "item")
    search_fields = ("code", "account__key", "account__team_name", "note")
    search_help_text = gettext_lazy("Code, account or note")
    ordering = ("-last_month", "code")
    fields = (
        "code",
        "account",
        "coverage",
        "item",
        "exact_amount",
        "balance",
        "exact_balance",
        "purchased_utc",
        "first_month",
        "last_month",
        "note",
    )
    inlines = (EntryInline,)
    exact_amount = staticmethod(exactly("amount", gettext_lazy("amount")))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Ledgers are added up for the coupons of the page only, in one query."""
        changes = super().get_changelist_instance(request)
        shown = list(changes.result_list)
        left = balances(coupon_ids=[coupon.pk for coupon in shown])
        for coupon in shown:
            coupon.balance_now = left[coupon.pk]
        changes.result_list = shown
        return changes

    @admin.display(description=gettext_lazy("left, rounded down"))
    def balance(self, coupon: Any) -> str:
        currency = CURRENCY[coupon.coverage]
        minor = to_minor(_left(coupon), currency, Rounding.DOWN)
        return f"{amount(minor, currency)} {currency}"

    @admin.display(description=gettext_lazy("left, exact"))
    def exact_balance(self, coupon: Any) -> str:
        return f"{_left(coupon):,f}"

    @admin.display(description=gettext_lazy("purchased at"))
    def purchased_utc(self, coupon: Coupon) -> str:
        return f"{coupon.purchased_at:%Y-%m-%d %H:%M:%S} UTC"

    def what_a_new_one_does(self) -> str:
        return _(
            "Bills that are not closed yet use it from its first month on. What is left when its"
            " last month is closed is lost. A purchase is usable through its month + 13, a grant in"
            " the months that you give it. Nothing of it can be changed later: a mistake is"
            " corrected by an entry of its ledger."
        )

    def in_words(self, row: Any) -> str:
        text = _("Coupon %(code)s has %(left)s left, for bills from %(first)s to %(last)s.")
        said = {"code": row.code, "left": plain(_left(row))}
        return text % {**said, "first": row.first_month, "last": row.last_month}


def _says_end(row: Any) -> str:
    text = _(
        "It counts from %(first)s to %(last)s. Months that are closed stay as they were"
        " charged. A later month, within the agreed months, takes an early end back."
    )
    return text % {"first": row.first_month, "last": row.last_month}


@admin.register(Contract)
class ContractAdmin(CreditAdmin):
    new_form, service = ContractForm, contracts
    acts = {"end": Act(gettext_lazy("End the contract"), EndForm, _says_end)}
    list_display = (
        "account",
        "coverage",
        "item",
        "units",
        "first_month",
        "last_month",
        "counts",
        "late_through",
    )
    list_display_links = ("account", "item")
    list_filter = (UsableFilter, "withdrawn", "coverage", "item", ByAccount)
    list_select_related = ("account", "item")
    search_fields = ("account__key", "account__team_name", "note")
    search_help_text = gettext_lazy("Account or note")
    ordering = ("-first_month", "account__key", "pk")
    fields = (
        "account",
        "coverage",
        "item",
        "units",
        "first_month",
        "months",
        "last_month",
        "counts",
        "late_through",
        "recorded_at",
        "note",
    )

    @admin.display(description=gettext_lazy("counts"))
    def counts(self, contract: Contract) -> str:
        month = Month.of(clock.now())
        if contract.withdrawn:
            return _("Withdrawn")
        if contract.first_month > month:
            return _("To come")
        return _("Now") if contract.last_month >= month else _("Past")

    def what_a_new_one_does(self) -> str:
        return _(
            "Its units are charged in every month from the first one on, also if fewer devices are"
            " in use; for so many devices a day the basic charge is taken back. Several contracts"
            " add up. Bills that are under way are rated again."
        )

    def in_words(self, row: Any) -> str:
        said = {"units": row.units, "first": row.first_month, "last": row.last_month}
        if row.withdrawn:
            return _("The contract of %(units)s units counts in no month.") % said
        return _("The contract of %(units)s units counts from %(first)s to %(last)s.") % said


def _left(coupon: Any) -> Any:
    """What is left: known to the rows of a list already."""
    if not hasattr(coupon, "balance_now"):
        coupon.balance_now = balances(coupon_ids=[coupon.pk])[coupon.pk]
    return coupon.balance_now


def _coupons(account: Account) -> SafeString:
    count = Coupon.objects.filter(account=account).usable_in(Month.of(clock.now())).count()
    text = _("%(count)d usable now") % {"count": count}
    return link(text, "invoices_coupon_changelist", account=account.key, holds="now")


def _contracts(account: Account) -> SafeString:
    count = Contract.objects.filter(account=account).in_month(Month.of(clock.now())).count()
    text = _("%(count)d running") % {"count": count}
    return link(text, "invoices_contract_changelist", account=account.key, holds="now")


ACCOUNT_FACTS += [
    Fact(gettext_lazy("coupons"), "invoices.view_coupon", _coupons),
    Fact(gettext_lazy("contracts"), "invoices.view_contract", _contracts),
]
