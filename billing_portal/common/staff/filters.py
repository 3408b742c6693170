"""Filters of staff lists that offer a field to type in, or months, instead of all that there is."""

# ruff: noqa: ARG002 - Django gives the signatures

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Max, Min, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing_portal.common.periods import BadMonth, Month, months_through


class TypedFilter(admin.ListFilter):
    """Fields to type in, part of the address as every other filter. `fields`: name, label, type."""

    template = "admin/typed_filter.html"
    fields: tuple[tuple[str, Any, str], ...]

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any
    ) -> None:
        super().__init__(request, params, model, model_admin)
        for name, *_rest in self.fields:
            if name in params:
                values = params.pop(name)
                typed = str(values[-1] if isinstance(values, list) else values).strip()
                if typed:
                    self.used_parameters[name] = typed.replace("\0", "")

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return [name for name, *_rest in self.fields]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """One "choice": the form, with all that the address says besides."""
        own = {name for name, *_rest in self.fields} | {"p"}
        yield {
            "fields": [
                {"name": name, "label": label, "type": kind, "value": self.typed(name)}
                for name, label, kind in self.fields
            ],
            "others": [pair for pair in _pairs(changelist.params) if pair[0] not in own],
            "used": bool(self.used_parameters),
            "without": changelist.get_query_string(remove=sorted(own)),
        }

    def typed(self, name: str) -> str:
        return str(self.used_parameters.get(name, ""))


def _pairs(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, str(value))
        for name, values in params.items()
        for value in (values if isinstance(values, list) else [values])
    ]


def typed_text(name: str, label: Any, lookup: str) -> type[TypedFilter]:
    """A filter for one text, such as the key of an account, by one lookup."""

    class Filter(TypedFilter):
        title = label
        fields = ((name, label, "text"),)

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            typed = self.typed(name)
            return queryset.filter(**{lookup: typed}) if typed else queryset

    return Filter


def days(column: str, label: Any) -> type[TypedFilter]:
    """A filter of instants by days in UTC, both included."""
    since, until = f"{column}_since", f"{column}_until"

    class Filter(TypedFilter):
        title = label
        fields = ((since, _("from"), "date"), (until, pgettext_lazy("the last day", "to"), "date"))

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            first, last = _midnight(self.typed(since)), _midnight(self.typed(until))
            if first is not None:
                queryset = queryset.filter(**{f"{column}__gte": first})
            if last is not None:
                queryset = queryset.filter(**{f"{column}__lt": last + timedelta(days=1)})
            return queryset

    return Filter


def _midnight(typed: str) -> datetime | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None  # an address that somebody made up: as if nothing had been typed
    return datetime.combine(min(day, date(9998, 12, 31)), time(), tzinfo=UTC)


class MonthFilter(admin.SimpleListFilter):
    """From the newest month to the oldest. Asks the two ends, not all rows for what differs."""

    title = _("month")
    parameter_name = "month"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows = model_admin.model._default_manager.order_by()
        ends = rows.aggregate(first=Min("month"), last=Max("month"))
        if ends["first"] is None:
            return []
        return [(month.iso, month.iso) for month in reversed(months_through(**ends))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        try:
            return queryset.filter(month=Month.parse(self.value() or ""))
        except BadMonth:
            return queryset
