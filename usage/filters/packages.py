"""Finding events of a quota: by campaign and by what happened."""

import django_filters
from django.utils.translation import gettext_lazy as _

from billing_portal.common.reports.filters import ReportFilters, SearchFilter
from usage.choices import QuotaReason


class QuotaFilters(ReportFilters):
    campaign = SearchFilter(("campaign__name",), label=_("Campaign"))
    event = django_filters.ChoiceFilter(
        field_name="reason", label=_("Event"), choices=QuotaReason.choices
    )
