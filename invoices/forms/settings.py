"""What customers say of how they pay: applications and invoice details."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from billing_portal.common.staff import ActForm
from invoices.choices import Delivery
from invoices.models import BillingProfile
from invoices.selectors.paying import Details
from invoices.services.settings import SettingsRefused
from invoices.services.settings.details import LIMITS, OWN, one_address
from invoices.templatetags.paying import countries

LANGUAGES = [("ja", "日本語"), ("en", "English")]


class OneAddressField(forms.CharField):
    """One e-mail address: a list is told apart from a slip of the keyboard."""

    widget = forms.EmailInput

    def clean(self, value: Any) -> str:
        try:
            return one_address(super().clean(value))
        except SettingsRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


def _line(name: str, **options: Any) -> forms.CharField:
    field: Any = BillingProfile._meta.get_field(name)
    return forms.CharField(label=capfirst(field.verbose_name), max_length=LIMITS[name], **options)


class DetailsForm(ActForm):
    """What customers change themselves."""

    department = _line("department", required=False)
    contact = _line("contact", required=False)
    address = _line("address", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    phone = _line("phone", required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    email = OneAddressField(
        label=_("Billing e-mail"),
        max_length=254,
        help_text=_("Exactly one. For several readers, give the address of a mailing list."),
    )
    delivery = forms.ChoiceField(label=_("Delivery"), choices=Delivery.choices)
    language = forms.ChoiceField(label=_("Language of documents"), choices=LANGUAGES)

    @property
    def own(self) -> dict[str, str]:
        typed = {name: str(self.cleaned_data[name]) for name in OWN}
        return {name: text.replace("\r\n", "\n").strip() for name, text in typed.items()}


class FactsForm(DetailsForm):
    """What the company, and its country, are besides."""

    company = _line(
        "company", help_text=_("As it shall stand on invoices. Only staff change it later.")
    )
    country = forms.ChoiceField(label=_("Country"), help_text=_("It decides the tax."))
    field_order: Sequence[str] = ("company", *OWN[:4], "country", *OWN[4:])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.fields["country"]
        country.choices = list(countries(get_language()).items())  # type: ignore[attr-defined]

    @property
    def details(self) -> Details:
        return Details(**{name: str(self.cleaned_data[name]) for name in Details.__slots__})


class ApplicationForm(FactsForm):
    """The company's facts, for staff to decide on."""

    note = forms.CharField(
        label=_("Note to our staff"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
