"""What the staff pages of coupons and contracts share."""

# ruff: noqa: ARG002 - Django gives the signatures

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from billing_portal.common import clock
from billing_portal.common.periods import Month
from billing_portal.common.staff import Acting, KeptAdmin, person
from invoices.services.credits import CreditRefused


class UsableFilter(admin.SimpleListFilter):
    """By the months of a row and the month that is running."""

    title = gettext_lazy("holds")
    parameter_name = "holds"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("now", gettext_lazy("Now")),
            ("to-come", gettext_lazy("To come")),
            ("past", gettext_lazy("Past")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        month = Month.of(clock.now())
        match self.value():
            case "now":
                return queryset.filter(first_month__lte=month, last_month__gte=month)
            case "to-come":
                return queryset.filter(first_month__gt=month)
            case "past":
                return queryset.filter(last_month__lt=month)
        return queryset


class CreditAdmin(Acting, KeptAdmin):
    """Rows that services write. On their own page only the note changes."""

    refusal = CreditRefused
    service: Any

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in self.get_fields(request, obj) if name != "note"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if form.has_changed():
            named: dict[str, Any] = {str(self.opts.model_name): obj}
            self.service.annotate(**named, note=obj.note, actor=person(request), now=clock.now())
