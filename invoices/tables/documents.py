"""Invoices as a list."""

from collections.abc import Sequence

import django_tables2 as tables
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing_portal.common.parts.figures import file_size, money_text
from billing_portal.common.reports.columns import (
    DayColumn,
    KeyColumn,
    MoneyColumn,
    MonthColumn,
    TextColumn,
)
from billing_portal.common.reports.tables import ReportTable
from invoices.models import DocumentFile, Invoice, InvoiceBill, Receivable
from invoices.selectors.receivables import standing
from usage.choices import Coverage


class InvoiceTable(ReportTable):
    """Number, month, what it covers, dates, amounts as printed, the PDF and its annexes."""

    number = KeyColumn(_("Number"), accessor="label", order_by="number")
    month = MonthColumn(_("Month"))
    kind = TextColumn(_("Kind"), accessor="get_kind_display", order_by="kind")
    coverages = tables.Column(_("Coverage"), accessor="pk", orderable=False)
    currency = TextColumn(_("Currency"), visible=False)
    total = MoneyColumn(
        _("Total with tax"), accessor="total_minor", order_by=("currency", "total_minor")
    )
    payment = tables.Column(_("Payment"), accessor="pk", orderable=False)
    file = tables.Column(_("Document"), accessor="pk", orderable=False, exclude_from_export=True)
    issued = DayColumn(_("Issued"), accessor="issue_date")
    due = DayColumn(_("Due"), accessor="due_date")
    tax = MoneyColumn(_("Tax"), accessor="tax_minor", orderable=False)
    net = MoneyColumn(_("Net"), accessor="net_minor", orderable=False)

    class Meta:
        order_by = ("-month", "-number")

    def render_coverages(self, record: Invoice) -> str:
        covered = [record.coverage] if record.coverage else Coverage.values
        return ", ".join(str(Coverage(coverage).label) for coverage in covered)

    value_coverages = render_coverages

    def render_payment(self, record: Invoice) -> SafeString | str:
        words = self.value_payment(record)
        if not words:
            return "–"
        address = reverse("invoice-payment", args=[record.label])
        return format_html('<a href="{}">{}</a>', address, words)

    def value_payment(self, record: Invoice) -> str:
        """How it stands, with what is open where only a part is."""
        row: Receivable | None = getattr(record, "receivable", None)
        if row is None:
            return ""
        day = record.today  # type: ignore[attr-defined]  # annotated by the selector
        found = standing(row, due=record.due_date, today=day)
        if not 0 < row.open_minor < row.amount_minor:
            return str(found.label)
        said = {"state": found.label, "open": money_text(row.open_minor, record.currency)}
        return gettext("%(state)s, %(open)s open") % said

    def render_file(self, record: Invoice) -> SafeString:
        file: DocumentFile | None = getattr(record, "file", None)
        if file is None:
            return format_html('<span class="quiet">{}</span>', gettext("Being made"))
        return format_html(
            '<a class="button small" href="{}" aria-label="{}">PDF</a>'
            ' <span class="quiet">{}</span>{}',
            reverse("invoice-pdf", args=[record.label]),
            gettext("PDF of %(label)s") % {"label": record.label},
            file_size(file.size),
            format_html_join("", "{}", ((_annex(record, link),) for link in _covered(record))),
        )


def _covered(record: Invoice) -> "QuerySet[InvoiceBill]":
    """Its bills that have an annex."""
    return record.invoice_bills.all()


def _annex(record: Invoice, link: InvoiceBill) -> SafeString:
    bill = link.bill
    return format_html(
        ' <a class="button small" href="{}" aria-label="{}">CSV</a> <span class="quiet">{}</span>',
        reverse("bill-csv", args=[record.account.key, bill.coverage, bill.month]),
        gettext("Annex of %(label)s: %(file)s") % {"label": record.label, "file": bill.annex.name},
        file_size(bill.annex.size),
    )


def in_words(sums: Sequence[tuple[str, int]]) -> SafeString:
    """Sums by currency, one below the other."""
    texts = ((money_text(minor, currency),) for currency, minor in sums)
    return format_html_join(mark_safe("<br>"), "{}", texts)
