"""What staff type about orders of customers, and about codes that are given away."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from billing_portal.common.staff import ActForm
from invoices.forms.credits import LEAST, ItemField, amount_field
from invoices.models import Order, Voucher
from invoices.services import orders
from invoices.services.credits import vouchers
from invoices.services.credits.ground import COUPON, FURTHEST
from invoices.services.credits.vouchers import VoucherWish
from usage.forms.fields import like


class CancelForm(ActForm):
    """Nothing to type."""

    def save(self, order: Order, *, actor: str, now: datetime) -> None:
        orders.cancel(order=order, actor=actor, now=now)


class VoucherForm(ActForm):
    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=64,
        help_text=_("Empty: one is made up. It cannot be changed later."),
    )
    coverage = like(Voucher, "coverage")
    item = ItemField(COUPON, label=_("Coupon item"))
    amount = amount_field(
        _("Amount"), min_value=LEAST, help_text=_("In the currency of the coverage, before tax.")
    )
    months = forms.IntegerField(
        label=_("Usable months"), min_value=1, max_value=FURTHEST, initial=14
    )
    last_day = forms.DateField(label=_("Last day of registration"))

    def save(self, *, actor: str, now: datetime) -> Voucher:
        """Issue it. Raises CreditRefused."""
        names = ("code", "coverage", "item", "amount", "months", "last_day")
        return vouchers.issue(wish=VoucherWish(**self.values(*names)), actor=actor, now=now)
