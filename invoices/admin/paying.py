"""How customers pay: applications, details, methods, merges. Every act goes through a service."""

# ruff: noqa: ARG002 - Django gives the signatures

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Account
from billing_portal.common import clock
from billing_portal.common.periods import Month
from billing_portal.common.staff import (
    ACCOUNT_FACTS,
    NEEDS,
    Act,
    Acting,
    Fact,
    KeptAdmin,
    Need,
    link,
    names_of,
    page_of,
    typed_text,
)
from invoices.choices import ApplicationState
from invoices.forms.paying import (
    AcceptForm,
    ChangeForm,
    MergeForm,
    MethodForm,
    NewApplicationForm,
    RefuseForm,
    RegisterForm,
    WithdrawForm,
)
from invoices.models import InvoiceApplication, MergePoint, MethodPoint, PaymentSetting
from invoices.selectors.paying import Details, paying
from invoices.selectors.terms import ways_of
from invoices.services.settings import SettingsRefused

ByAccount = typed_text("account", gettext_lazy("account"), "account__key")


class PayingAdmin(Acting, KeptAdmin):
    """Rows that services write: nothing is typed on their own pages."""

    refusal = SettingsRefused
    acts: ClassVar[Mapping[str, Act]] = {}
    list_select_related: ClassVar[tuple[str, ...]] = ("account",)
    search_fields: ClassVar[tuple[str, ...]] = ("account__key", "account__team_name")
    search_help_text = gettext_lazy("Account")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj)


def _accepting(row: Any) -> str:
    text = _(
        "%(coverage)s of %(account)s is paid by invoice from the running month (%(month)s) on,"
        " with the details of the request. The applicant is told by mail."
    )
    said = {"coverage": row.get_coverage_display(), "account": row.account}
    return text % {**said, "month": Month.of(clock.now())}


@admin.register(InvoiceApplication)
class InvoiceApplicationAdmin(PayingAdmin):
    new_form = NewApplicationForm
    acts = {
        "accept": Act(gettext_lazy("Accept"), AcceptForm, _accepting),
        "refuse": Act(
            gettext_lazy("Refuse"),
            RefuseForm,
            lambda _row: _("Nothing changes. The applicant is told by mail."),
        ),
        "withdraw": Act(
            gettext_lazy("Withdraw"),
            WithdrawForm,
            lambda _row: _("The request is closed on behalf of the customer. Nobody is told."),
        ),
    }
    list_display = ("account", "coverage", "company", "state", "requested_by", "requested_at")
    list_filter = ("state", "coverage", ByAccount)
    search_fields = ("account__key", "account__team_name", "company", "requested_by")
    search_help_text = gettext_lazy("Account, company or applicant")
    fields = names_of(InvoiceApplication)

    def offers(self, row: Any, name: str) -> bool:
        return bool(row.state == ApplicationState.REQUESTED)

    def what_a_new_one_does(self) -> str:
        return _("The customer asks through you. It is decided like any other request.")

    def in_words(self, row: Any) -> str:
        said = {"account": row.account, "state": row.get_state_display()}
        return _("The request of %(account)s: %(state)s.") % said


@admin.register(PaymentSetting)
class PaymentSettingAdmin(PayingAdmin):
    """Which invoice details a coverage has. The method is a row of its own."""

    new_form = RegisterForm
    acts = {
        "details": Act(
            gettext_lazy("Change the details"),
            ChangeForm,
            lambda _row: _("It applies to documents issued from now on. The customer is told."),
        )
    }
    list_display = ("account", "coverage", "company", "email", "country", "method_now")
    list_filter = ("coverage", ByAccount)
    list_select_related = ("account", "profile")
    search_fields = (
        "account__key",
        "account__team_name",
        "profile__company",
        "profile__email",
    )
    search_help_text = gettext_lazy("Account, company or billing e-mail")
    fields = ("account", "coverage", "method_now", "profile", "details")

    def start_values(self, row: Any, name: str) -> dict[str, Any]:
        present = Details.of(row.profile)
        return {n: getattr(present, n) for n in Details.__slots__} | {"shown": present.version}

    @admin.display(description=gettext_lazy("company"))
    def company(self, setting: PaymentSetting) -> str:
        return setting.profile.company

    @admin.display(description=gettext_lazy("billing e-mail"))
    def email(self, setting: PaymentSetting) -> str:
        return setting.profile.email or "-"

    @admin.display(description=gettext_lazy("country"))
    def country(self, setting: PaymentSetting) -> str:
        return setting.profile.country

    @admin.display(description=gettext_lazy("details"))
    def details(self, setting: PaymentSetting) -> SafeString:
        present = Details.of(setting.profile)
        rows = [(name, getattr(present, name)) for name in Details.__slots__]
        return format_html_join("", "<div>{}: {}</div>", rows)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The methods of the page's rows are looked up together."""
        changes = super().get_changelist_instance(request)
        shown = list(changes.result_list)
        ways = ways_of(account_ids={row.account_id for row in shown})
        month = Month.of(clock.now())
        for row in shown:
            row.method = ways.method((row.account_id, row.coverage), month).label
        changes.result_list = shown
        return changes

    @admin.display(description=gettext_lazy("payment method"))
    def method_now(self, setting: Any) -> str:
        if not hasattr(setting, "method"):
            pair = (setting.account_id, setting.coverage)
            ways = ways_of(account_ids=[setting.account_id])
            setting.method = ways.method(pair, Month.of(clock.now())).label
        return str(setting.method)

    def what_a_new_one_does(self) -> str:
        return _(
            "Documents of this coverage that are issued from now on are addressed so, in place of"
            " any details that it has. It does not change how the coverage is paid."
        )

    def in_words(self, row: Any) -> str:
        said = {"coverage": row.get_coverage_display(), "company": row.profile.company}
        return _("Documents of %(coverage)s are addressed to %(company)s.") % said


@admin.register(MethodPoint)
class MethodPointAdmin(PayingAdmin):
    new_form = MethodForm
    list_display = ("account", "coverage", "since", "method")
    list_filter = ("method", "coverage", ByAccount)
    fields = ("account", "coverage", "since", "method")

    def what_a_new_one_does(self) -> str:
        text = _("It holds from the running month (%(month)s) on. The customer is told by mail.")
        return text % {"month": Month.of(clock.now())}

    def in_words(self, row: Any) -> str:
        said = {"coverage": row.get_coverage_display(), "method": row.get_method_display()}
        return _("%(coverage)s from %(month)s on: %(method)s.") % {**said, "month": row.since}


@admin.register(MergePoint)
class MergePointAdmin(PayingAdmin):
    new_form = MergeForm
    list_display = ("account", "since", "merged")
    list_filter = ("merged", ByAccount)
    fields = ("account", "since", "merged")

    def what_a_new_one_does(self) -> str:
        text = _(
            "It holds from the running month (%(month)s) on; ended months stay as they were. The"
            " coverage that adopts takes over the details of the other one. The customer is told."
        )
        return text % {"month": Month.of(clock.now())}

    def in_words(self, row: Any) -> str:
        said = {"account": row.account, "month": row.since}
        if row.merged:
            return _("%(account)s has one invoice for both coverages from %(month)s on.") % said
        return _("%(account)s has separate invoices from %(month)s on.") % said


def _payment(account: Account) -> SafeString:
    found = paying(account=account, month=Month.of(clock.now()))
    said = [f"{way.coverage.label}: {way.method.label}" for way in found.ways.values()]
    if found.merged:
        said.append(_("one invoice for both"))
    return link(", ".join(said), "invoices_paymentsetting_changelist", account=account.key)


def _count_applications(_now: datetime) -> int:
    return InvoiceApplication.objects.filter(state=ApplicationState.REQUESTED).count()


ACCOUNT_FACTS += [Fact(gettext_lazy("payment"), "invoices.view_paymentsetting", _payment)]
NEEDS += [
    Need(
        "invoices.change_invoiceapplication",
        _count_applications,
        lambda count: ngettext(
            "%(count)d request for invoice payment waits for a decision.",
            "%(count)d requests for invoice payment wait for a decision.",
            count,
        ),
        lambda _now: page_of(
            "invoices_invoiceapplication_changelist",
            state__exact=ApplicationState.REQUESTED.value,
        ),
    )
]
