"""The columns of the history of credit points."""

from decimal import Decimal

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from billing_portal.common.parts import figures
from billing_portal.common.reports.columns import (
    DayColumn,
    InstantColumn,
    KeyColumn,
    NumberColumn,
    TextColumn,
)
from billing_portal.common.reports.tables import ReportTable


class PointsColumn(NumberColumn):
    """What came or went, with its sign."""

    def render(self, value: int | Decimal) -> str:
        text = figures.number(value)
        return f"+{text}" if value > 0 else text


class PointTable(ReportTable):
    """Movements of credit points, the newest first, with the balance after each."""

    at = InstantColumn(verbose_name=_("At (UTC)"), order_by=("at", "pk"))
    kind = tables.Column(verbose_name=_("What"), accessor="get_kind_display", order_by="kind")
    amount = PointsColumn(verbose_name=_("Points"))
    balance = NumberColumn(verbose_name=_("Balance"), orderable=False)
    document = KeyColumn(verbose_name=_("Document"), accessor="invoice__label")
    expires = DayColumn(verbose_name=_("Usable through"), accessor="grant__expires_on")
    reason = TextColumn(verbose_name=_("Reason"))

    class Meta:
        order_by = "-at"
