"""Bills by month; one bill by item and by day."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from billing_portal.common.periods import Month
from invoices.choices import BillState, Category
from invoices.models import Bill
from invoices.selectors.bills import BillPage, DayLine, ItemLine, MonthRow
from invoices.tables.columns import NUMBER, TEMPLATE, ExactColumn, stage, total_link
from billing_portal.common.parts.figures import (
    NOTHING,
    figure,
    money_text,
    month_name,
    places_of,
    plain,
    weekday,
)
from billing_portal.common.parts.figures import day as day_text
from usage.choices import Coverage

SHARE_WIDTH = 64
_WORD = re.compile(r"[A-Z./-]?[^A-Z./-]+|[A-Z./-]")


class CoverageColumn(tables.Column):
    """One figure of the bill of one coverage; a dash where there is no bill."""

    def __init__(self, coverage: str, **options: Any) -> None:
        super().__init__(accessor="bills", orderable=False, empty_values=(), **options)
        self.coverage = coverage

    def bill(self, record: MonthRow) -> Bill | None:
        return record.bills.get(self.coverage)


class TotalColumn(CoverageColumn):
    def render(self, record: MonthRow, table: "HistoryTable") -> str:
        bill = self.bill(record)
        return NOTHING if bill is None else total_link(bill, table.key)

    def footer(self, table: "HistoryTable") -> str:
        bills = [bill for row in table.data if (bill := self.bill(row)) is not None]
        final = [bill for bill in bills if bill.state == BillState.CLOSED]
        if not final:
            return NOTHING
        return money_text(sum(bill.gross_minor for bill in final), final[0].currency)


class NetColumn(CoverageColumn):
    def __init__(self, coverage: str, rows: Sequence[MonthRow], **options: Any) -> None:
        super().__init__(coverage, **options)
        self.places = places_of([row.bills[coverage].net for row in rows if coverage in row.bills])

    def render(self, record: MonthRow) -> str:
        bill = self.bill(record)
        return NOTHING if bill is None else figure(bill.net, self.places)


class StageColumn(CoverageColumn):
    def render(self, record: MonthRow, table: "HistoryTable") -> str:
        bill = self.bill(record)
        return "" if bill is None else stage(bill, table.running)


def _columns(coverage: str, rows: Sequence[MonthRow]) -> list[tuple[str, tables.Column]]:
    total = TotalColumn(coverage, verbose_name=_("Total with tax"), attrs=NUMBER)
    net = NetColumn(coverage, rows, verbose_name=_("Net, unrounded"), attrs=NUMBER)
    state = StageColumn(coverage, verbose_name=_("State"))
    return [(f"{coverage}_total", total), (f"{coverage}_net", net), (f"{coverage}_state", state)]


class HistoryTable(tables.Table):
    """Months × coverages. The foot adds up what is final."""

    month = tables.Column(_("Month"), footer=_("All final months"))

    class Meta:
        template_name = TEMPLATE
        order_by = "-month"
        attrs = {"class": "ledger"}

    def __init__(
        self,
        rows: Sequence[MonthRow],
        *,
        key: str,
        coverages: Sequence[str],
        running: Month,
    ) -> None:
        self.key = key
        self.running = running
        self.caption = gettext("Bills by month and coverage")
        pairs = [pair for coverage in coverages for pair in _columns(coverage, rows)]
        super().__init__(rows, extra_columns=pairs)
        currencies = {b.coverage: b.currency for row in rows for b in row.bills.values()}
        self.groups = [
            (f"{Coverage(coverage).label}, {currencies[coverage]}", 3) for coverage in coverages
        ]

    def render_month(self, value: Month) -> str:
        return month_name(value)


def _fit(table: tables.Table, bill: Bill, amounts: list[Decimal]) -> None:
    """Name the currency above the amounts of one bill, and put its net below them, in line."""
    column = table.columns["amount"].column
    column.verbose_name = gettext("Net, %(currency)s") % {"currency": bill.currency}
    column.places = places_of([*amounts, bill.net])
    column._footer = figure(bill.net, column.places)


class ItemTable(tables.Table):
    """One bill by item, the dearest first."""

    name = tables.Column(_("Item"), accessor="total__name", footer=_("Net total"))
    amount = ExactColumn(accessor="total__amount")
    share = tables.Column(_("Share"), attrs=NUMBER, orderable=False)
    quantity = ExactColumn(_("Quantity"), accessor="total__quantity")
    unit = tables.Column(_("Unit"), accessor="total__unit", orderable=False)
    category = tables.Column(_("Category"), accessor="total__category")

    class Meta:
        template_name = TEMPLATE
        order_by = "-amount"
        attrs = {"class": "ledger items"}

    def __init__(self, page: BillPage) -> None:
        self.caption = gettext("By item")
        super().__init__(page.items, prefix="item-")
        _fit(self, page.bill, [line.total.amount for line in page.items])

    def render_name(self, record: ItemLine) -> SafeString:
        title = record.titles[get_language() == "ja"]
        # Long names break between their words, on phones too.
        words = format_html_join(mark_safe("<wbr>"), "{}", zip(_WORD.findall(record.total.name)))
        return format_html('<code>{}</code><span class="title">{}</span>', words, title)

    def render_category(self, value: str) -> str:
        return str(Category(value).label)

    def render_quantity(self, value: Decimal) -> str:
        return plain(value)

    def render_share(self, value: Decimal) -> SafeString:
        width = max(0, min(SHARE_WIDTH, round(value * SHARE_WIDTH / 100)))
        bar = format_html(
            '<svg class="share" width="{}" height="8" aria-hidden="true">'
            '<rect width="{}" height="8"/></svg>',
            SHARE_WIDTH,
            width,
        )
        return format_html("{} % {}", f"{value:,.1f}", bar)


class DayTable(tables.Table):
    """One bill by day; lines that belong to no day come last (rules.md Q8)."""

    date = tables.Column(
        _("Day (UTC)"), accessor="written", order_by="order", footer=_("Net total")
    )
    amount = ExactColumn()

    class Meta:
        template_name = TEMPLATE
        order_by = "date"
        attrs = {"class": "ledger days"}

    def __init__(self, page: BillPage) -> None:
        self.caption = gettext("By day")
        super().__init__(page.days, prefix="day-")
        _fit(self, page.bill, [line.amount for line in page.days])

    def render_date(self, record: DayLine) -> SafeString | str:
        if record.day is None:
            return gettext("Whole month")
        return format_html(
            '{} <span class="quiet">{}</span>', day_text(record.day), weekday(record.day)
        )
