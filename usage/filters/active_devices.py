"""Finding devices that were active in a month."""

import django_filters
from django.utils.translation import gettext_lazy as _

from billing_portal.common.reports.filters import FlagFilter, ReportFilters, SearchFilter


class ActiveDeviceFilters(ReportFilters):
    q = SearchFilter(("device__key",), help_text=_("A part of the device id."))
    owner = django_filters.CharFilter(
        field_name="account__key",
        label=_("Account"),
        max_length=64,
        help_text=_("The id of the account that owned it then."),
    )
    late = FlagFilter(
        field_name="is_late",
        label=_("Came late"),
        help_text=_("It became known after the report of the month had been made."),
    )
