"""Bills by month."""

from collections.abc import Sequence

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing_portal.common.parts.figures import (
    NOTHING,
    money_text,
    month_name,
    percent,
)
from billing_portal.common.periods import Month
from billing_portal.common.reports.columns import NUMBER
from invoices.choices import BillState
from invoices.models import Bill
from invoices.selectors.history import MonthBill
from invoices.tables.columns import (
    TEMPLATE,
    about,
    bill_url,
    broken,
    signed,
    stage,
    total_link,
)


class HistoryTable(tables.Table):
    """The months of one coverage. The foot adds up what is final."""

    month = tables.Column(_("Month"), accessor="bill__month", footer=_("All final months"))
    total = tables.Column(_("Total with tax"), accessor="bill__gross_minor", attrs=NUMBER)
    tax = tables.Column(_("Tax"), accessor="bill__tax_minor", attrs=NUMBER, orderable=False)
    net = tables.Column(_("Net"), accessor="bill", attrs=NUMBER, orderable=False)
    change = tables.Column(
        _("Change to the month before"), accessor="bill", attrs=NUMBER, orderable=False
    )
    causes = tables.Column(
        _("What changed most, net"),
        accessor="bill",
        orderable=False,
        attrs={"td": {"class": "causes"}},
    )
    state = tables.Column(_("State"), accessor="bill", orderable=False)
    csv = tables.TemplateColumn(
        template_name="invoices/bills/csv.html", verbose_name=_("CSV"), orderable=False
    )

    class Meta:
        template_name = TEMPLATE
        order_by = "-month"
        attrs = {"class": "ledger history"}

    def __init__(self, bills: Sequence[Bill], *, running: Month, stream_lines: int) -> None:
        self.caption = gettext("Bills by month")
        self.running = running
        self.stream_lines = stream_lines
        self._bills = bills
        super().__init__([MonthBill(bill, None) for bill in bills])
        self._foot()

    def show_changes(self, changes: Sequence[MonthBill]) -> None:
        """Say what changed in the months of the page that is shown."""
        self._changes = {row.bill.pk: row for row in changes}

    def _foot(self) -> None:
        final = [bill for bill in self._bills if bill.state == BillState.CLOSED]
        sums = {
            "net": sum(net_minor(bill) for bill in final),
            "tax": sum(bill.tax_minor for bill in final),
            "total": sum(bill.gross_minor for bill in final),
        }
        for name, total in sums.items():
            text = money_text(total, final[0].currency) if final else NOTHING
            self.columns[name].column._footer = text

    def render_month(self, value: Month) -> str:
        return month_name(value)

    def render_net(self, record: MonthBill) -> str:
        return money_text(net_minor(record.bill), record.bill.currency)

    def render_tax(self, record: MonthBill) -> str:
        return money_text(record.bill.tax_minor, record.bill.currency)

    def render_total(self, record: MonthBill) -> SafeString:
        return total_link(record.bill)

    def render_state(self, record: MonthBill) -> SafeString:
        return stage(record.bill, self.running)

    def render_change(self, record: MonthBill) -> SafeString | str:
        change = self._changes[record.bill.pk].change
        if record.bill.month >= self.running:
            return format_html('<span class="quiet">{}</span>', gettext("still running"))
        if change is None:
            return NOTHING
        text = signed(money_text(change.minor, record.bill.currency), change.minor)
        if change.percent is None:
            return text
        share = signed(percent(change.percent), change.percent)
        return format_html('{} <span class="quiet share-of">{}</span>', text, share)

    def render_causes(self, record: MonthBill) -> SafeString | str:
        change = self._changes[record.bill.pk].change
        if change is None or record.bill.month >= self.running:
            return ""
        bill = record.bill
        return format_html_join(
            mark_safe("<br>"),
            '<a href="{}">{}</a> <span class="nowrap">{}</span>',
            (
                (
                    bill_url(bill, "bill-days", item=name),
                    broken(name),
                    signed(about(amount, bill.currency), amount),
                )
                for name, amount in change.causes
            ),
        )


def net_minor(bill: Bill) -> int:
    """The net as the document states it: rounded, so that net and tax are the total (Q34)."""
    return bill.gross_minor - bill.tax_minor
