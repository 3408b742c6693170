"""What customers type to order coupons and long-term discounts, and to register a code."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from billing_portal.common.money import Currency, plain
from billing_portal.common.parts.figures import month_name
from billing_portal.common.periods import Month
from billing_portal.common.staff import ActForm
from invoices.forms.credits import LEAST, amount_field
from invoices.rating.vocabulary import CURRENCY
from invoices.services.credits.contracts import MOST_UNITS

AHEAD = 12
"""Months from which the beginning of a contract is chosen."""


class BuyForm(ActForm):
    amount = amount_field(_("Amount of the coupon, before tax"), min_value=LEAST)

    def __init__(self, coverage: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        currency: Currency = CURRENCY[coverage]
        text = say("In %(currency)s: from %(least)s on, in steps of %(step)s.")
        least = f"{settings.COUPON_LEAST[coverage]:,}"
        said = {"currency": currency, "least": least, "step": plain(currency.minor)}
        self.fields["amount"].help_text = text % said


class RegisterForm(ActForm):
    coupon_code = forms.CharField(label=_("Code"), max_length=64)


class DiscountForm(ActForm):
    """Units, and the month with which they begin. Services call them by the names of the API."""

    quantity = forms.IntegerField(
        label=_("Units"),
        min_value=1,
        max_value=MOST_UNITS,
        help_text=_("So many SIMs have the discount at the same time; all of them are charged."),
    )
    startDate = forms.TypedChoiceField(label=_("First month"), coerce=Month.parse)  # noqa: N815

    def __init__(self, running: Month, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        months = [running.plus(number) for number in range(AHEAD)]
        field = self.fields["startDate"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - it is declared above
        field.choices = [(month.iso, month_name(month)) for month in months]
