"""Finding events of a quota: by campaign and by what happened."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from billing_portal.common.reports.filters import ReportFilters, SearchFilter
from usage.choices import QuotaReason
from usage.models import Campaign

FEW = 1_000


class CampaignFilter(SearchFilter):
    """A part of a campaign's name. The campaigns are found first, by themselves: a database that
    joins looks up the campaign of every event of the month.
    """

    def filter(self, queryset: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        if not value:
            return queryset
        found = super().filter(Campaign.objects.order_by(), value).values_list("pk", flat=True)
        keys = list(found[: FEW + 1])
        return queryset.filter(campaign__in=keys if len(keys) <= FEW else found)


class QuotaFilters(ReportFilters):
    campaign = CampaignFilter(("name",), label=_("Campaign"))
    event = django_filters.ChoiceFilter(
        field_name="reason", label=_("Event"), choices=QuotaReason.choices
    )
