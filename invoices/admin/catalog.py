"""The catalogue by hand. Every row is held to the rules of `load_catalog` (docs/catalog.md)."""

# ruff: noqa: ARG002 - Django gives the signatures

from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from billing_portal.common.money import plain
from billing_portal.common.periods import Month
from billing_portal.common.staff import Inline, KeptAdmin, ReadOnlyInline, exactly
from invoices.admin.dated import DatedColumns, HoldsFilter, with_ends, with_writers
from invoices.models import BillItem, Price, TaxRate, TimeBand
from invoices.services.catalog.edits import examine
from invoices.services.catalog.inputs import columns_of
from invoices.services.catalog.load import tell_open_months
from invoices.services.catalog.quotes import tiers_text
from usage.models import Meter, Plan

if TYPE_CHECKING:
    _Form = forms.ModelForm[Model]
else:
    _Form = forms.ModelForm


def cell(value: Any) -> Any:
    """Write a value as it stands in a file of the catalogue."""
    match value:
        case Decimal():
            return plain(value)
        case date():
            return value.isoformat()
        case time():
            return value.strftime("%H:%M")
        case Model():
            return getattr(value, "code", str(value))
        case None | Month():
            return str(value or "")
    return value


class CatalogForm(_Form):
    """One row. Its keys are fixed once it is there, because bills refer to it by them."""

    kind: ClassVar[str]
    keys: ClassVar[tuple[str, ...]] = ("code",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.keys:
            if self.instance.pk and name in self.fields:
                self.fields[name].disabled = True

    def cells(self) -> dict[str, Any]:
        hidden = {"id", "DELETE"}
        return {k: cell(v) for k, v in self.cleaned_data.items() if k not in hidden}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors and self.has_changed():
            row, problems = examine(kind=self.kind, cells=self.cells())
            for problem in problems:
                self.add_error(self._place_of(problem.field), problem.text)
            self.computed(row)
        return cleaned

    def computed(self, row: Any) -> None:
        """Take over what the row says beyond the fields of the form."""

    def _place_of(self, name: str) -> str | None:
        return name if name in self.fields else None


class MeterForm(CatalogForm):
    kind = "meters"
    keys = ("code", "unit", "fold", "is_priced")


class PlanForm(CatalogForm):
    kind = "plans"
    keys = ("code", "coverage", "kind")


class TaxRateForm(CatalogForm):
    kind = "tax_rates"
    keys = ("country", "category", "since")


class TimeBandForm(CatalogForm):
    kind = "time_bands"
    keys = ("meter", "coverage")


class BillItemForm(CatalogForm):
    """`inputs` is JSON and holds the columns that the rule of the item has in a file."""

    kind = "items"

    def cells(self) -> dict[str, Any]:
        cells = super().cells()
        inputs = cells.pop("inputs")
        return {**cells, **(columns_of(inputs) if isinstance(inputs, dict) else {"inputs": inputs})}

    def _place_of(self, name: str) -> str | None:
        return name if name in self.fields else "inputs" if name else None


class PriceForm(CatalogForm):
    """Tiers are written as in a file; a price that has some is empty itself."""

    kind = "prices"
    keys = ("item", "coverage", "plan", "variant", "since")
    tiers = forms.CharField(
        label=_("tiers"), required=False, help_text=_("For graduated and volume: 100: 0.06; 0.05")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price"].required = self.fields["kind"].required = False
        self.initial["tiers"] = tiers_text(self.instance.tiers)  # type: ignore[attr-defined]

    def computed(self, row: Any) -> None:
        if row is not None:
            self.cleaned_data.update(kind=row.kind, price=row.price, tiers=row.tiers)
            self.instance.unit_price = row.unit_price  # type: ignore[attr-defined]


class CatalogAdmin(KeptAdmin):
    """Whoever closes a month meanwhile sees that the catalogue changed, and rates again."""

    def _changeform_view(self, request: HttpRequest, *args: Any) -> HttpResponse:
        # Django calls it inside the transaction that writes the row.
        if request.method == "POST":
            tell_open_months()
        page: HttpResponse = super()._changeform_view(request, *args)  # type: ignore[misc]
        return page


@admin.register(Meter)
class MeterAdmin(CatalogAdmin):
    form = MeterForm
    list_display = ("code", "name", "unit", "fold", "evidence", "is_priced")
    list_filter = ("unit", "fold", "evidence", "is_priced")
    search_fields = ("code", "name")


@admin.register(Plan)
class PlanAdmin(CatalogAdmin):
    form = PlanForm
    list_display = ("code", "coverage", "kind", "name")
    list_filter = ("coverage", "kind")
    search_fields = ("code", "name")


PRICED = ("item", "coverage", "plan", "variant")


@admin.display(description=_("price"))
def quoted(price: Price) -> str:
    """The price, or its tiers, as it stands in a file."""
    return tiers_text(price.tiers) or f"{price.price:,f}"


class PriceInline(DatedColumns, ReadOnlyInline):
    """All prices with since and until; each has a page of its own, where it is changed."""

    model = Price
    fields = (
        "coverage",
        "plan",
        "variant",
        "since",
        "until",
        "holds",
        "kind",
        "quoted",
        "per",
        "exact_unit_price",
        "written",
        "page",
    )
    readonly_fields = ("until", "holds", "quoted", "exact_unit_price", "written", "page")
    ordering = ("coverage", "plan__code", "variant", "-since")
    quoted = staticmethod(quoted)
    exact_unit_price = staticmethod(exactly("unit_price", _("unit price")))

    @admin.display(description=_("page"))
    def page(self, price: Price) -> str:
        address = reverse("admin:invoices_price_change", args=[price.pk])
        return format_html('<a href="{}">{}</a>', address, _("Change"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        prices = super().get_queryset(request).select_related("plan", "item")
        return with_writers(with_ends(prices, *PRICED))


class NewPriceInline(Inline):
    model = Price
    form = PriceForm
    extra = 0
    fields = ("coverage", "plan", "variant", "since", "kind", "price", "per", "tiers")
    autocomplete_fields = ("plan",)
    verbose_name = _("new price")
    verbose_name_plural = _("new prices")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).none()


@admin.register(BillItem)
class BillItemAdmin(CatalogAdmin):
    form = BillItemForm
    list_display = ("code", "name", "category", "unit", "region", "rule", "tax_category")
    list_filter = ("category", "region", "rule", "tax_category", "device_kind", "one_off")
    search_fields = ("code", "name", "title_en", "title_ja")

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return (PriceInline, NewPriceInline) if obj else ()


@admin.register(Price)
class PriceAdmin(DatedColumns, CatalogAdmin):
    form = PriceForm
    list_display = (
        "item",
        "coverage",
        "plan",
        "variant",
        "since",
        "until",
        "holds",
        "kind",
        "quoted",
        "per",
        "exact_unit_price",
    )
    fields = (
        *("item", "coverage", "plan", "variant", "since"),
        *("kind", "price", "per", "tiers", "exact_unit_price"),
    )
    list_filter = (HoldsFilter, "coverage", "kind")
    list_select_related = ("item", "plan")
    search_fields = ("item__code", "item__name", "plan__code", "variant")
    autocomplete_fields = ("item", "plan")
    readonly_fields = ("exact_unit_price",)
    quoted = staticmethod(quoted)
    exact_unit_price = staticmethod(exactly("unit_price", _("unit price")))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_ends(super().get_queryset(request), *PRICED)


@admin.register(TaxRate)
class TaxRateAdmin(DatedColumns, CatalogAdmin):
    form = TaxRateForm
    list_display = ("country", "category", "since", "until", "holds", "exact_rate")
    list_filter = (HoldsFilter, "country", "category")
    exact_rate = staticmethod(exactly("rate", _("rate")))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_ends(super().get_queryset(request), "country", "category")


@admin.register(TimeBand)
class TimeBandAdmin(CatalogAdmin):
    form = TimeBandForm
    list_display = ("meter", "coverage", "name", "otherwise", "zone", "starts", "ends")
    list_filter = ("coverage",)
    search_fields = ("meter", "name")
