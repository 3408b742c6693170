"""What staff type about how customers pay; services judge it."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from billing_portal.common.periods import Month
from billing_portal.common.staff import ActForm
from invoices.choices import PaymentMethod
from invoices.forms.settings import ApplicationForm, FactsForm
from invoices.models import InvoiceApplication, MergePoint, MethodPoint, PaymentSetting
from invoices.selectors.paying import Details
from invoices.services.settings import Who, applications, details, merging, methods
from invoices.services.settings.refusals import CannotMerge, CannotSwitch
from usage.choices import Coverage
from usage.forms.fields import account_field, like


def _staff(actor: str, now: datetime) -> Who:
    return Who(actor, now, is_staff=True)


class NewApplicationForm(ApplicationForm):
    """Ask on behalf of a customer."""

    field_order = ("account", "coverage", *FactsForm.field_order)

    account = account_field()
    coverage = like(InvoiceApplication, "coverage")

    def save(self, *, actor: str, now: datetime) -> InvoiceApplication:
        return applications.request(
            **self.values("account", "coverage", "note"),
            details=self.details,
            who=_staff(actor, now),
        )


class AcceptForm(ActForm):
    def save(self, row: InvoiceApplication, *, actor: str, now: datetime) -> None:
        applications.accept(application=row, who=_staff(actor, now))


class RefuseForm(ActForm):
    reason = forms.CharField(
        label=_("Reason"), max_length=500, help_text=_("The applicant is told it in these words.")
    )

    def save(self, row: InvoiceApplication, *, actor: str, now: datetime) -> None:
        reason = self.cleaned_data["reason"]
        applications.refuse(application=row, reason=reason, who=_staff(actor, now))


class WithdrawForm(ActForm):
    def save(self, row: InvoiceApplication, *, actor: str, now: datetime) -> None:
        applications.withdraw(application=row, who=_staff(actor, now))


class RegisterForm(FactsForm):
    """Enter details for a coverage, in place of any that it has."""

    account = account_field()
    coverage = like(PaymentSetting, "coverage")
    field_order = ("account", "coverage", *FactsForm.field_order)

    def save(self, *, actor: str, now: datetime) -> PaymentSetting:
        chosen = self.values("account", "coverage")
        details.register(**chosen, details=self.details, who=_staff(actor, now))
        return PaymentSetting.objects.get(**chosen)


class ChangeForm(FactsForm):
    """Change details; refused if somebody else changed them since the page was opened."""

    shown = forms.CharField(widget=forms.HiddenInput)

    def save(self, row: PaymentSetting, *, actor: str, now: datetime) -> None:
        details.change(
            account=row.account,
            coverage=row.coverage,
            values=self.values(*Details.__slots__),
            shown=self.cleaned_data["shown"],
            who=_staff(actor, now),
        )


class MethodForm(ActForm):
    """By card or by invoice from the running month on."""

    account = account_field()
    coverage = like(MethodPoint, "coverage")
    method = like(MethodPoint, "method")

    def save(self, *, actor: str, now: datetime) -> MethodPoint:
        account, coverage = self.cleaned_data["account"], self.cleaned_data["coverage"]
        method = PaymentMethod(self.cleaned_data["method"])
        who = _staff(actor, now)
        if not methods.switch(account=account, coverage=coverage, method=method, who=who):
            raise CannotSwitch(gettext("This coverage is paid so already."), "method")
        return MethodPoint.objects.get(account=account, coverage=coverage, since=Month.of(now))


class MergeForm(ActForm):
    """One invoice for both coverages, or two again."""

    PART = "part"
    account = account_field()
    what = forms.ChoiceField(
        label=_("What"),
        choices=[
            (Coverage.JAPAN.value, _("Merge: Japan adopts the invoice of Global")),
            (Coverage.GLOBAL.value, _("Merge: Global adopts the invoice of Japan")),
            (PART, _("Separate the invoices")),
        ],
    )

    def save(self, *, actor: str, now: datetime) -> MergePoint:
        account, what = self.cleaned_data["account"], self.cleaned_data["what"]
        if not self._act(account, what, _staff(actor, now)):
            raise CannotMerge(gettext("It is so already."), "what")
        return MergePoint.objects.get(account=account, since=Month.of(now))

    def _act(self, account: Account, what: Any, who: Who) -> bool:
        if what == self.PART:
            return merging.part(account=account, who=who)
        return merging.merge(account=account, coverage=what, who=who)
