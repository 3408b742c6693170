"""Invoices as a list."""

from collections import defaultdict
from collections.abc import Sequence

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing_portal.common.parts.figures import file_size, money_text, month_name, short_day
from billing_portal.common.periods import Month
from invoices.selectors.documents import Paper
from invoices.tables.columns import NUMBER, TEMPLATE
from usage.choices import Coverage


class InvoiceTable(tables.Table):
    """Number, month, what it covers, dates, total, PDF."""

    number = tables.Column(
        _("Number"),
        accessor="invoice__label",
        order_by="invoice__number",
        footer=_("All invoices"),
    )
    month = tables.Column(_("Month"), accessor="invoice__month")
    coverages = tables.Column(_("Coverage"), orderable=False)
    issued = tables.Column(_("Issued"), accessor="invoice__issue_date")
    due = tables.Column(_("Due"), accessor="invoice__due_date")
    total = tables.Column(
        _("Total with tax"),
        accessor="invoice__total_minor",
        attrs=NUMBER,
        footer=lambda table: " · ".join(sums([*table.data])),
    )
    file = tables.Column(_("Document"), orderable=False, empty_values=())

    class Meta:
        template_name = TEMPLATE
        attrs = {"class": "ledger"}

    def __init__(self, papers: Sequence[Paper]) -> None:
        self.caption = gettext("Invoices")
        super().__init__(papers)

    def render_number(self, value: str) -> SafeString:
        return format_html("<code>{}</code>", value)

    def render_month(self, value: Month) -> str:
        return month_name(value)

    def render_coverages(self, value: tuple[str, ...]) -> str:
        return ", ".join(str(Coverage(coverage).label) for coverage in value)

    def render_issued(self, record: Paper) -> str:
        return short_day(record.invoice.issue_date)

    def render_due(self, record: Paper) -> str:
        return short_day(record.invoice.due_date)

    def render_total(self, record: Paper) -> str:
        return money_text(record.invoice.total_minor, record.invoice.currency)

    def render_file(self, record: Paper) -> SafeString:
        if record.file is None:
            return format_html('<span class="quiet">{}</span>', gettext("Being made"))
        return format_html(
            '<a class="button small" href="{}" aria-label="{}">PDF</a>'
            ' <span class="quiet">{}</span>',
            reverse("invoice-pdf", args=[record.invoice.label]),
            gettext("PDF of %(label)s") % {"label": record.invoice.label},
            file_size(record.file.size),
        )


def sums(papers: Sequence[Paper]) -> list[str]:
    """What the invoices come to, once per currency: sums over currencies mean nothing."""
    totals: dict[str, int] = defaultdict(int)
    for paper in papers:
        totals[paper.invoice.currency] += paper.invoice.total_minor
    return [money_text(minor, currency) for currency, minor in sorted(totals.items())]
