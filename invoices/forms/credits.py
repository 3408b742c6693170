"""What staff type about coupons and contracts.

A form only reads what was typed and hands it to one service. What the service refuses stands beside
the field that has to be mended.
"""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from billing_portal.common.fields import ExactFormField, MonthFormField
from billing_portal.common.money import PLACES, WHOLE_DIGITS
from billing_portal.common.staff import ActForm
from invoices.choices import CouponEntryKind
from invoices.models import BillItem, Contract, Coupon
from invoices.services.credits import (
    ContractWish,
    CouponWish,
    contracts,
    coupons,
)
from invoices.services.credits.ground import CONTRACT, COUPON
from usage.forms.fields import SinceField, account_field, like

if TYPE_CHECKING:
    _ItemField = forms.ModelChoiceField[BillItem]
else:
    _ItemField = forms.ModelChoiceField

LEAST = Decimal(1).scaleb(-PLACES)


class ItemField(_ItemField):
    """The items of the catalogue that have one rule: there are few."""

    def __init__(self, rule: str, **kwargs: Any) -> None:
        super().__init__(BillItem.objects.filter(rule=rule).order_by("code"), **kwargs)

    def label_from_instance(self, obj: BillItem) -> str:
        title = obj.title_ja if get_language() == "ja" else obj.title_en
        return f"{obj.code} – {title}" if title else obj.code


def amount_field(label: Any, **kwargs: Any) -> ExactFormField:
    return ExactFormField(
        label=label, max_digits=WHOLE_DIGITS + PLACES, decimal_places=PLACES, **kwargs
    )


class CouponForm(ActForm):
    """A coupon that was paid, on the terms of sale, or a gift on terms of its own."""

    account = account_field()
    coverage = like(Coupon, "coverage")
    item = ItemField(
        COUPON,
        label=_("Coupon item"),
        help_text=_("What it pays: the items that it names, or everything."),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            (kind.value, kind.label) for kind in (CouponEntryKind.PURCHASE, CouponEntryKind.GRANT)
        ],
    )
    amount = amount_field(
        _("Amount"),
        min_value=LEAST,
        help_text=_("In the currency of the coverage, before tax."),
    )
    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=64,
        help_text=_("Empty: one is made up. It cannot be changed later."),
    )
    purchased_at = SinceField(
        label=_("Purchased at"),
        required=False,
        help_text=_("In UTC. Of a purchase: it is usable from that month on."),
    )
    first_month = MonthFormField(
        label=_("First month"), required=False, help_text=_("Of a grant only.")
    )
    last_month = MonthFormField(
        label=pgettext_lazy("of what holds", "Last month"),
        required=False,
        help_text=_("Of a grant only. What is left is lost when that month is closed."),
    )
    note = like(Coupon, "note")

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        is_grant = typed.get("kind") == CouponEntryKind.GRANT
        own = {"first_month", "last_month"} if is_grant else {"purchased_at"}
        for name in sorted({"purchased_at", "first_month", "last_month"} - self.errors.keys()):
            if name in own and typed.get(name) is None:
                self.add_error(name, forms.Field.default_error_messages["required"])
            if name not in own and typed.get(name) is not None and name != "purchased_at":
                self.add_error(name, _("The terms of sale say it: leave it empty."))
        return typed

    def save(self, *, actor: str, now: datetime) -> Coupon:
        """Register it. Raises CreditRefused."""
        wish = CouponWish(
            **self.values("account", "coverage", "item", "amount", "code", "note"),
        )
        if self.cleaned_data["kind"] == CouponEntryKind.GRANT:
            months = self.values("first_month", "last_month")
            return coupons.grant(wish=wish, **months, actor=actor, now=now)
        purchased_at = self.cleaned_data["purchased_at"]
        return coupons.buy(wish=wish, purchased_at=purchased_at, actor=actor, now=now)


class EitherForm(ActForm):
    """A field, or a tick that says something else in its place."""

    either: ClassVar[tuple[str, str]]

    def clean(self) -> dict[str, Any]:
        field, tick = self.either
        if field not in self.errors:
            typed = self.cleaned_data.get(field) is not None
            if typed == self.cleaned_data[tick]:
                self.add_error(field, _("Fill it in, or tick the box below it: one of both."))
        return self.cleaned_data


class CorrectionForm(EitherForm):
    """Add to a coupon, take away from it, or take back all that is left."""

    either = ("amount", "all_of_it")
    amount = amount_field(_("Change by"), required=False, help_text=_("With a minus to take away."))
    all_of_it = forms.BooleanField(label=_("Take back all that is left"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def save(self, coupon: Coupon, *, actor: str, now: datetime) -> None:
        reason, amount = self.cleaned_data["reason"], self.cleaned_data["amount"]
        if self.cleaned_data["all_of_it"]:
            coupons.cancel(coupon=coupon, reason=reason, actor=actor, now=now)
        else:
            coupons.correct(coupon=coupon, amount=amount, reason=reason, actor=actor, now=now)


class ContractForm(ActForm):
    account = account_field()
    coverage = like(Contract, "coverage")
    item = ItemField(
        CONTRACT, label=_("Contract item"), help_text=_("What the units of the contract cost.")
    )
    units = forms.IntegerField(label=_("Units"), min_value=1, max_value=contracts.MOST_UNITS)
    first_month = MonthFormField(
        label=_("First month"), help_text=_("The month in which it starts, counted in full.")
    )
    months = forms.IntegerField(label=_("Agreed months"), min_value=1, max_value=120, initial=12)
    late = forms.BooleanField(
        label=_("Count it for closed months too"),
        required=False,
        help_text=_("Their bills stay; what it makes of them comes on the next bill."),
    )
    note = like(Contract, "note")

    def save(self, *, actor: str, now: datetime) -> Contract:
        """Let it begin. Raises CreditRefused."""
        names = ("account", "coverage", "item", "units", "first_month", "months", "note")
        wish = ContractWish(**self.values(*names))
        return contracts.begin(wish=wish, late=self.cleaned_data["late"], actor=actor, now=now)


class EndForm(EitherForm):
    """The last month of a contract, or that it was a mistake."""

    either = ("last_month", "mistake")
    last_month = MonthFormField(label=pgettext_lazy("of what holds", "Last month"), required=False)
    mistake = forms.BooleanField(
        label=_("It was entered by mistake"),
        required=False,
        help_text=_("It counts in no month then, and that cannot be undone."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def save(self, contract: Contract, *, actor: str, now: datetime) -> None:
        reason, last = self.cleaned_data["reason"], self.cleaned_data["last_month"]
        if self.cleaned_data["mistake"]:
            contracts.withdraw(contract=contract, reason=reason, actor=actor, now=now)
        else:
            contracts.end(contract=contract, last_month=last, reason=reason, actor=actor, now=now)
