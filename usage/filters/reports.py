"""Finding accounts in a usage report (B39)."""

import django_filters
from django.utils.translation import gettext_lazy as _

from accounts.choices import BusinessModel
from billing_portal.common.reports.filters import ReportFilters, SearchFilter


class ReportRowFilters(ReportFilters):
    q = SearchFilter(
        ("team_name", "organization", "key"), help_text=_("Team name, organization or account id.")
    )
    model = django_filters.ChoiceFilter(
        field_name="business_model", label=_("Business model"), choices=BusinessModel.choices
    )
