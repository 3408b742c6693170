"""Finding a document by number, dates, counterparty, amount and state, in any combination, and
where one of them is missing (Electronic Books Preservation Act).
"""

from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from billing_portal.common import money
from billing_portal.common.fields import MonthFormField
from billing_portal.common.reports.filters import DayFilter, ReportFilters, SearchFilter
from invoices.choices import DocumentKind, PaymentStanding
from invoices.selectors.receivables import standing_is
from invoices.selectors.settings import today
from usage.choices import Coverage

GREATEST = Decimal(10) ** 14
MISSING: dict[str, list[Any]] = {"counterparty": [""], "total_minor": [0]}


class MonthFilter(django_filters.Filter):
    field_class = MonthFormField


class AmountFilter(django_filters.NumberFilter):
    """A border in whole units of whatever currency an invoice has: 12.5 is 12.50 of any."""

    def filter(self, queryset: "QuerySet[Any]", value: Decimal | None) -> "QuerySet[Any]":
        if value is None:
            return queryset
        wanted = Q()
        for currency in money.Currency:
            border = value.scaleb(currency.places, context=money.CONTEXT)
            minor = {f"{self.field_name}__{self.lookup_expr}": border}
            wanted |= Q(currency=currency.value, **minor)
        return queryset.filter(wanted)

    def get_max_validator(self) -> None:
        """The borders are given below, to fit the column."""
        return


class MissingFilter(django_filters.ChoiceFilter):
    """Documents that lack an item: an empty text, or an amount of nothing."""

    def filter(self, queryset: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        return queryset.filter(**{f"{value}__in": MISSING[value]}) if value else queryset


class CoverageFilter(django_filters.ChoiceFilter):
    """What is of a coverage, or of both."""

    def filter(self, queryset: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        return queryset.filter(coverage__in=["", value]) if value else queryset


class StateFilter(django_filters.ChoiceFilter):
    """How the payment stands on the day of the list."""

    def filter(self, queryset: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        if not value:
            return queryset
        return queryset.filter(standing_is(value, today=today(now=self.parent.scope.now)))


def _amount(label: Any, lookup: str) -> AmountFilter:
    return AmountFilter(
        field_name="total_minor",
        lookup_expr=lookup,
        label=label,
        min_value=-GREATEST,
        max_value=GREATEST,
        decimal_places=2,
    )


class InvoiceFilters(ReportFilters):
    q = SearchFilter(("label",), label=_("Number"))
    since = MonthFilter(field_name="month", lookup_expr="gte", label=_("Month from"))
    until = MonthFilter(field_name="month", lookup_expr="lte", label=_("Month to"))
    issued_since = DayFilter(field_name="issue_date", lookup_expr="gte", label=_("Issued from"))
    issued_until = DayFilter(field_name="issue_date", lookup_expr="lte", label=_("Issued to"))
    counterparty = SearchFilter(("counterparty",), label=_("Recipient"))
    kind = django_filters.MultipleChoiceFilter(
        label=_("Kinds"), choices=DocumentKind.choices, widget=forms.CheckboxSelectMultiple
    )
    coverage = CoverageFilter(label=_("Coverage"), choices=Coverage.choices, empty_label=_("All"))
    least = _amount(_("Total from"), "gte")
    most = _amount(_("Total to"), "lte")
    missing = MissingFilter(
        label=_("Without"), choices=[("counterparty", _("Recipient")), ("total_minor", _("Amount"))]
    )
    state = StateFilter(label=_("Payment"), choices=PaymentStanding.choices)


class ArchiveFilters(InvoiceFilters):
    """For staff, over all customers."""

    q = SearchFilter(("label", "account__key", "account__team_name"), label=_("Number or account"))
