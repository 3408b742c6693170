"""Device plans that customers took: to be read."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from billing_portal.common.staff import ReadOnlyAdmin, exactly, typed_text
from invoices.models import PlanPurchase


@admin.register(PlanPurchase)
class PlanPurchaseAdmin(ReadOnlyAdmin):
    list_display = ("account", "plan", "since", "purchased_at", "purchased_by")
    list_filter = ("plan", typed_text("account", gettext_lazy("account"), "account__key"))
    list_select_related = ("account", "plan")
    search_fields = ("account__key", "account__team_name", "plan__code", "purchased_by")
    search_help_text = gettext_lazy("Account, plan or person")
    ordering = ("-purchased_at", "-pk")
    fields = ("account", "plan", "since", "prices", "rate", "purchased_at", "purchased_by")
    rate = staticmethod(exactly("tax_rate", gettext_lazy("tax rate")))
