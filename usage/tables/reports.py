"""The columns of the usage reports by tenant."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing_portal.common.reports.columns import NumberColumn, TextColumn
from billing_portal.common.reports.tables import ReportTable
from usage.models import UsageReportRow


def pane(record: UsageReportRow) -> str:
    """The address of an account in the report of its month."""
    return f"{reverse('usage-report', args=[record.key])}?month={record.report.month.iso}"


class ReportRowTable(ReportTable):
    """The accounts of a report by themselves."""

    team_name = TextColumn(verbose_name=_("Team name"), linkify=pane)
    organization = TextColumn(verbose_name=_("Organization"))
    key = TextColumn(verbose_name=_("Account id"))
    business_model = tables.Column(
        verbose_name=_("Business model"),
        accessor="get_business_model_display",
        order_by="business_model",
    )
    active_devices = NumberColumn(verbose_name=_("Active devices"))
    firmware_updates = NumberColumn(
        verbose_name=_("Firmware updates"),
        accessor="own__firmware_updates",
        order_by="updates_order",
    )
    to_service = NumberColumn(
        verbose_name=_("Device to service"),
        accessor="own__to_service",
        orderable=False,
    )
    to_device = NumberColumn(
        verbose_name=_("Service to device"), accessor="own__to_device", orderable=False
    )
    integration = NumberColumn(
        verbose_name=_("Integration"), accessor="own__integration", orderable=False
    )
    all_calls = NumberColumn(
        verbose_name=_("API calls"), accessor="own__all_calls", order_by="calls_order"
    )

    class Meta:
        model = UsageReportRow
        fields = ()
        order_by = "team_name"
        sequence = (
            "team_name",
            "organization",
            "key",
            "business_model",
            "active_devices",
            "firmware_updates",
            "all_calls",
            "to_service",
            "to_device",
            "integration",
        )
