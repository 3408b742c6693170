"""Exchange rates: typed with their source, or taken in from a CSV file."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing_portal.common import clock
from billing_portal.common.staff import KeptAdmin, ask, days, exactly, page_of, person
from invoices.admin.catalog import CatalogForm
from invoices.forms.exchange import RatesForm
from invoices.models import ExchangeRate
from invoices.services.catalog import CatalogRefused, Counts


class ExchangeRateForm(CatalogForm):
    kind = "exchange_rates"
    keys = ("currency", "day")


@admin.register(ExchangeRate)
class ExchangeRateAdmin(KeptAdmin):
    """A rate that stands on a document stays as it is; a document keeps its own in any case."""

    form = ExchangeRateForm
    change_list_template = "admin/invoices/exchangerate/change_list.html"
    list_display = ("day", "currency", "exact_rate", "source")
    list_filter = ("currency", days("day", gettext_lazy("day")))
    search_fields = ("source",)
    exact_rate = staticmethod(exactly("rate", gettext_lazy("JPY for one unit")))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.take_in)
        own = [path("file/", view, name="invoices_exchangerate_file")]
        return [*own, *super().get_urls()]

    def take_in(self, request: HttpRequest) -> HttpResponse:
        """Take in a file: all of it or nothing."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form: Any = RatesForm(request.POST or None, request.FILES or None)
        if form.is_valid():
            try:
                report = form.save(actor=person(request), now=clock.now())
            except CatalogRefused as refused:
                for problem in refused.problems[:50]:
                    form.add_error("file", str(problem))
            else:
                counts = report.counts.get("exchange_rates", Counts(0, 0, 0))
                said = _("%(added)d rates added, %(changed)d changed, %(unchanged)d unchanged.")
                values = {
                    "added": counts.added,
                    "changed": counts.changed,
                    "unchanged": counts.unchanged,
                }
                self.message_user(request, said % values, messages.SUCCESS)
                return redirect(page_of("invoices_exchangerate_changelist"))
        says = _(
            "A CSV file with the columns day (YYYY-MM-DD), currency, rate (JPY for one unit) and"
            " source. All of it is taken in, or nothing."
        )
        title = _("Take in exchange rates")
        return ask(self, request, form, says=says, add=True, title=title)
