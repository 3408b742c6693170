"""What staff fill in to correct an issued document."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing_portal.common.money import Currency, from_minor, plain
from invoices.rating.taxes import TaxGroup


class ReasonForm(forms.Form):
    """Why a document is corrected; the reason is printed."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("It is printed on the document.")
    )


class ReturnForm(ReasonForm):
    """What is given back of each rate; nothing filled in means all that is left."""

    def __init__(
        self, *args: Any, left: Mapping[TaxGroup, int], currency: Currency, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._currency = currency
        self._groups = list(left)
        for number, (group, minor) in enumerate(left.items()):
            rate = plain(group.rate * 100)
            self.fields[f"net_{number}"] = forms.DecimalField(
                label=_("Net amount at %(rate)s %%, %(currency)s")
                % {"rate": rate, "currency": currency.value},
                help_text=_("At most %(left)s. Leave all empty to return all that is left.")
                % {"left": from_minor(minor, currency)},
                min_value=Decimal(0),
                max_digits=14,
                decimal_places=currency.places,
                required=False,
            )

    def amounts(self) -> dict[TaxGroup, int] | None:
        """The net amounts in minor units, or None for all that is left."""
        given = {
            group: int(value.scaleb(self._currency.places))
            for number, group in enumerate(self._groups)
            if (value := self.cleaned_data[f"net_{number}"]) is not None
        }
        return given or None
