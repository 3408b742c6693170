"""What staff type about credit points, transfers and refunds."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing_portal.common.money import CONTEXT, Currency
from billing_portal.common.staff import ActForm
from invoices.choices import PaymentEntryKind
from invoices.models import BankTransfer, PointGrant, Receivable
from invoices.selectors.settings import today
from invoices.services.credits import PointWish, points
from invoices.services.payments import BadAmount, corrections, refunds, transfers
from usage.forms.fields import account_field

DAY = forms.DateInput(attrs={"type": "date"})


class PointForm(ActForm):
    account = account_field()
    points = forms.IntegerField(label=_("Points"), min_value=1, max_value=points.MOST)
    expires_on = forms.DateField(
        label=_("Usable through"), required=False, widget=DAY,
        help_text=_("Empty: they never lapse."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def save(self, *, actor: str, now: datetime) -> PointGrant:
        """Give them. Raises CreditRefused."""
        wish = PointWish(**self.values("account", "points", "expires_on", "reason"))
        return points.grant(wish=wish, today=today(now=now), actor=actor, now=now)


class PointCorrectionForm(ActForm):
    points = forms.IntegerField(
        label=_("Change by"), min_value=-points.MOST, max_value=points.MOST,
        help_text=_("With a minus to take away."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def save(self, grant: PointGrant, *, actor: str, now: datetime) -> None:
        points.correct(grant=grant, actor=actor, now=now, **self.values("points", "reason"))


class TransferForm(ActForm):
    """A transfer that somebody saw on the bank statement."""

    day = forms.DateField(label=_("Day"), widget=DAY)
    amount = forms.IntegerField(label=_("Amount in JPY"), min_value=1, max_value=transfers.MOST)
    payer = forms.CharField(label=_("Payer"), max_length=200)
    text = forms.CharField(label=_("Text"), max_length=200, required=False)

    def save(self, *, actor: str, now: datetime) -> BankTransfer:
        values: dict[str, Any] = self.values("day", "payer", "text")
        amount = self.cleaned_data["amount"]
        return transfers.record(amount_minor=amount, actor=actor, now=now, **values)


class PartForm(ActForm):
    """A part of a transfer, or all that is left of it."""

    amount = forms.IntegerField(
        label=_("Amount"), min_value=1, required=False, help_text=_("Empty: all that is left.")
    )

    def minor(self, transfer: BankTransfer) -> int:
        """The amount in yen."""
        typed: int | None = self.cleaned_data["amount"]
        return typed or transfer.left_minor


class AssignForm(PartForm):
    document = forms.CharField(label=_("Document number"), max_length=32)
    field_order = ("document", "amount")

    def save(self, transfer: BankTransfer, *, actor: str, now: datetime) -> None:
        transfers.assign(
            transfer=transfer,
            label=self.cleaned_data["document"],
            amount_minor=self.minor(transfer),
            actor=actor,
            now=now,
        )


class KeepForm(PartForm):
    account = account_field()
    field_order = ("account", "amount")

    def save(self, transfer: BankTransfer, *, actor: str, now: datetime) -> None:
        transfers.keep(
            transfer=transfer,
            account=self.cleaned_data["account"],
            amount_minor=self.minor(transfer),
            actor=actor,
            now=now,
        )


class MoneyForm(ActForm):
    """An amount in whole units of the document's currency, and why."""

    amount = forms.DecimalField(label=_("Amount"), max_digits=18, decimal_places=2)
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def minor(self, row: Receivable) -> int:
        """The amount in minor units. Raises BadAmount for a fraction of one."""
        currency = Currency(row.invoice.currency)
        amount: Decimal = self.cleaned_data["amount"]
        minor = amount.scaleb(currency.places, context=CONTEXT)
        if minor != int(minor):
            raise BadAmount(gettext("This currency has no such fraction."), "amount")
        return int(minor)


class RefundForm(MoneyForm):
    def save(self, row: Receivable, *, actor: str, now: datetime) -> None:
        reason = self.cleaned_data["reason"]
        refunds.of_document(
            receivable=row, amount_minor=self.minor(row), reason=reason, actor=actor, now=now
        )


class CorrectForm(MoneyForm):
    def save(self, row: Receivable, *, actor: str, now: datetime) -> None:
        corrections.correct(
            receivable=row,
            kind=PaymentEntryKind.CORRECTION,
            amount_minor=self.minor(row),
            reason=self.cleaned_data["reason"],
            actor=actor,
            now=now,
        )


class BankFileForm(forms.Form):
    file = forms.FileField(label=_("Bank file"), help_text=_("CSV in UTF-8 or Shift_JIS."))
