"""Finding devices: by a part of what is written about them, and by what holds for them."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from billing_portal.common.fields import MonthFormField
from billing_portal.common.periods import Month
from billing_portal.common.reports.filters import LONGEST_SEARCH, ReportFilters
from usage.choices import Coverage, DeviceKind, Status
from usage.models import Plan
from usage.selectors.activity import active
from usage.selectors.devices_list import matching, reach, tagged

MOST_CHOICES = 300
"""A longer list of accounts is no help; then a key is typed."""


class MonthFilter(django_filters.Filter):
    """A month, by the picker of the browser."""

    field_class = MonthFormField


class DeviceFilters(ReportFilters):
    q = django_filters.CharFilter(
        method="search",
        label=_("Search"),
        max_length=LONGEST_SEARCH,
        widget=forms.TextInput(attrs={"type": "search"}),
        help_text=_("Id, other id, name, group or tag."),
    )
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=Status.choices, empty_label=_("All")
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=DeviceKind.choices, empty_label=_("All")
    )
    coverage = django_filters.ChoiceFilter(
        label=_("Coverage"), choices=Coverage.choices, empty_label=_("All")
    )
    plan = django_filters.ModelChoiceFilter(
        label=_("Plan"), queryset=Plan.objects.none(), to_field_name="code", empty_label=_("All")
    )
    group = django_filters.CharFilter(label=_("Group"), max_length=200)
    tag = django_filters.CharFilter(
        method="by_tag", label=_("Tag"), max_length=400, help_text=_("name=value, or a name.")
    )
    owner = django_filters.ChoiceFilter(
        field_name="account__key", label=_("Account"), empty_label=_("All")
    )

    active = MonthFilter(
        method="by_activity",
        label=_("Active in month"),
        help_text=_("It connected or registered by itself."),
    )

    def offer(self) -> None:
        """Offer the plans in use, and the accounts that are seen."""
        scope = self.scope
        seen = reach(access=scope.access, account=scope.account, now=scope.now)
        self.filters["plan"].queryset = Plan.objects.order_by("code")
        if len(seen) == 1:
            del self.filters["owner"]
        elif len(seen) > MOST_CHOICES:
            typed = django_filters.CharFilter(field_name="account__key", label=_("Account"))
            typed.field_name, typed.model = "account__key", self._meta.model
            typed.parent, typed.extra["max_length"] = self, 64
            self.filters["owner"] = typed
        else:
            accounts = Account.objects.filter(pk__in=seen).order_by("team_name", "key")
            self.filters["owner"].extra["choices"] = [
                (account.key, str(account)) for account in accounts
            ]

    def search(self, queryset: "QuerySet[Any]", _name: str, value: str) -> "QuerySet[Any]":
        return queryset.filter(matching(value))

    def by_activity(self, queryset: "QuerySet[Any]", _name: str, value: Month) -> "QuerySet[Any]":
        scope = self.scope
        seen = reach(access=scope.access, account=scope.account, now=scope.now)
        found = active(accounts=seen, month=value)
        return queryset.filter(device_id__in=found.values("device_id"))

    def by_tag(self, queryset: "QuerySet[Any]", _name: str, value: str) -> "QuerySet[Any]":
        return queryset.filter(tagged(value))
