"""Finding a movement of credit points."""

import django_filters
from django.utils.translation import gettext_lazy as _

from billing_portal.common.reports.filters import DayFilter, ReportFilters, SearchFilter
from invoices.choices import PointEntryKind


class PointFilters(ReportFilters):
    q = SearchFilter(("invoice__label", "reason"))
    kind = django_filters.ChoiceFilter(label=_("What"), choices=PointEntryKind.choices)
    since = DayFilter("at", lookup_expr="date__gte", label=_("From"))
    until = DayFilter("at", lookup_expr="date__lte", label=_("To"))
