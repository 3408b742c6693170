"""Fees of invoice payment and minimum charges: dated data, held to the rules of `load_catalog`."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from billing_portal.common.staff import exactly
from invoices.admin.catalog import CatalogAdmin, CatalogForm
from invoices.models import Fee, MinimumCharge


class FeeForm(CatalogForm):
    kind = "fees"
    keys = ("kind", "since")


class MinimumChargeForm(CatalogForm):
    kind = "minimum_charges"
    keys = ("coverage", "since")


@admin.register(Fee)
class FeeAdmin(CatalogAdmin):
    form = FeeForm
    list_display = ("kind", "since", "exact_amount")
    list_filter = ("kind",)
    ordering = ("kind", "-since")
    exact_amount = staticmethod(exactly("amount", _("JPY, net of tax")))


@admin.register(MinimumCharge)
class MinimumChargeAdmin(CatalogAdmin):
    form = MinimumChargeForm
    list_display = ("coverage", "since", "exact_amount")
    list_filter = ("coverage",)
    ordering = ("coverage", "-since")
    exact_amount = staticmethod(exactly("amount", _("in the currency of the coverage")))
