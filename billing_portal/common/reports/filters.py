"""Narrowing a report: one base for its filter set, and the search over several fields."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from billing_portal.common.reports.scope import Scope

LONGEST_SEARCH = 200


ONE_OF = (django_filters.ChoiceFilter, django_filters.ModelChoiceFilter)


class ReportFilters(django_filters.FilterSet):
    """Filters of a report. `scope` says for whom, for filters whose choices depend on it."""

    def __init__(self, data: Any, queryset: "QuerySet[Any]", *, scope: Scope) -> None:
        self.scope = scope
        super().__init__(data, queryset)
        for filter_ in self.filters.values():
            if isinstance(filter_, ONE_OF):
                filter_.extra.setdefault("empty_label", _("All"))
        self.offer()

    def offer(self) -> None:
        """Set choices that depend on `self.scope`, by `self.filters[name].extra`."""


class SearchFilter(django_filters.CharFilter):
    """Every word must occur in one of the fields, in whatever letters."""

    def __init__(self, fields: Sequence[str], **options: Any) -> None:
        self.fields = fields
        options.setdefault("label", _("Search"))
        options.setdefault("max_length", LONGEST_SEARCH)
        options.setdefault("widget", forms.TextInput(attrs={"type": "search"}))
        super().__init__(**options)

    def filter(self, queryset: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        for word in (value or "").split():
            found = Q()
            for field in self.fields:
                found |= Q(**{f"{field}__icontains": word})
            queryset = queryset.filter(found)
        return queryset


class DayFilter(django_filters.DateFilter):
    """A day, by the picker of the browser: `DayFilter("at", lookup_expr="date__gte")`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(*args, **options)


class FlagFilter(django_filters.ChoiceFilter):
    """Yes, no or all: "yes" and "no" in the address."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("choices", [("yes", _("Yes")), ("no", _("No"))])
        super().__init__(*args, **options)

    def filter(self, queryset: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        return queryset.filter(**{self.field_name: value == "yes"}) if value else queryset
