"""Who sells, and to whom invoices are addressed."""

# ruff: noqa: ARG002 - Django gives the signatures

import re
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from stdnum.jp import cn

from billing_portal.common.staff import KeptAdmin, ReadOnlyAdmin
from invoices.models import BillingProfile, Issuer, Series

NUMBER = re.compile(r"T[0-9]{13}")

if TYPE_CHECKING:
    _IssuerForm = forms.ModelForm[Issuer]
else:
    _IssuerForm = forms.ModelForm


class IssuerForm(_IssuerForm):
    class Meta:
        model = Issuer
        exclude = ()

    def clean_registration_number(self) -> str:
        number = str(self.cleaned_data["registration_number"]).strip()
        if number and not NUMBER.fullmatch(number):
            raise ValidationError(_("Write T and 13 digits, such as T1234567890123."))
        return number

    def clean_time_zone(self) -> str:
        name = str(self.cleaned_data["time_zone"])
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValidationError(_("Unknown time zone. Write it as in Asia/Tokyo.")) from error
        return name


@admin.register(Issuer)
class IssuerAdmin(KeptAdmin):
    """The one seller."""

    form = IssuerForm
    list_display = ("name", "name_en", "registration_number", "rounding", "time_zone")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Issuer.objects.exists()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        number = obj.registration_number
        # Sole proprietors have numbers that are no corporate numbers, so this is no error.
        if number and not cn.is_valid(number.removeprefix("T")):
            text = _("The check digit of %(number)s is not that of a corporate number.")
            self.message_user(request, text % {"number": number}, messages.WARNING)


@admin.register(Series)
class SeriesAdmin(ReadOnlyAdmin):
    list_display = ("prefix", "issuer", "last_number", "last_issue_date")
    list_select_related = ("issuer",)


@admin.register(BillingProfile)
class BillingProfileAdmin(KeptAdmin):
    """Read and searched here; written through payment settings, which the customer hears of."""

    list_display = ("account", "company", "department", "email", "country", "language")
    list_filter = ("language", "country")
    list_select_related = ("account",)
    search_fields = ("account__key", "account__team_name", "company", "email")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
