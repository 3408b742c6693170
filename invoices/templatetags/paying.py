"""What invoice details are, in words."""

from typing import Any

from babel import Locale
from django import template
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from invoices.choices import Delivery
from invoices.models import BillingProfile

register = template.Library()
NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Codes of two letters that are no country."""


def countries(language: str | None) -> dict[str, str]:
    """The names of countries by their codes, in the order of names."""
    names = Locale.parse((language or "en").split("-")[0]).territories
    found = {c: str(n) for c, n in names.items() if len(c) == 2 and c not in NO_COUNTRIES}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


@register.filter
def detail_label(name: str) -> str:
    """The name of a field of the invoice details."""
    field: Any = BillingProfile._meta.get_field(name)
    return capfirst(str(field.verbose_name))


@register.simple_tag
def detail_value(name: str, value: Any) -> str:
    """A field of the invoice details as people read it."""
    match name:
        case "delivery" if value in Delivery.values:
            return str(Delivery(value).label)
        case "language":
            return {"ja": "日本語", "en": "English"}.get(value, str(value))
        case "country":
            return countries(get_language()).get(value, str(value))
    return str(value) or _("(empty)")
