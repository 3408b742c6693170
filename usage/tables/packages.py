"""The columns of the service package history."""

from decimal import Decimal

import django_tables2 as tables
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing_portal.common.parts import figures
from billing_portal.common.reports.columns import InstantColumn, NumberColumn, TextColumn
from billing_portal.common.reports.tables import ReportTable
from usage.choices import QuotaReason
from usage.models import QuotaEntry


class ChangeColumn(NumberColumn):
    """What an event adds or takes away, with its sign."""

    def render(self, value: int | Decimal) -> str:
        text = figures.number(value)
        return f"+{text}" if value > 0 else text


class QuotaTable(ReportTable):
    """Events of a quota, the newest first."""

    at = InstantColumn(verbose_name=_("At (UTC)"), order_by=("at", "number"))
    reason = tables.Column(
        verbose_name=_("Event"), accessor="get_reason_display", order_by="reason"
    )
    campaign = TextColumn(verbose_name=_("Campaign"), accessor="campaign__name")
    account = TextColumn(verbose_name=_("Account"), accessor="account__key")
    amount = ChangeColumn(verbose_name=_("Tokens"))
    balance = NumberColumn(verbose_name=_("Left"), accessor="balance", orderable=False)
    parts = TextColumn(verbose_name=_("What it is made of"), empty_values=(), orderable=False)

    class Meta:
        model = QuotaEntry
        fields = ()
        order_by = "-at"
        sequence = ("at", "reason", "campaign", "account", "amount", "balance", "parts")

    def render_parts(self, record: QuotaEntry) -> str:
        """Both parts of a renewal: the new tokens, and what was lost of the old ones (Q50)."""
        if record.reason != QuotaReason.RENEWAL or record.granted is None:
            return ""
        lost = record.granted - record.amount
        return gettext("%(granted)s new, %(lost)s unused ones lost") % {
            "granted": figures.number(record.granted),
            "lost": figures.number(lost),
        }

    value_parts = render_parts
