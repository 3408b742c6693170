"""Bills by month; one bill by item and by day."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from billing_portal.common.parts.figures import (
    NOTHING,
    figure,
    month_name,
    plain,
    weekday,
)
from billing_portal.common.parts.figures import day as day_text
from billing_portal.common.reports.columns import NUMBER, AmountColumn
from invoices.choices import Category, unit_word
from invoices.models import Bill
from invoices.selectors.bills import ItemLine
from invoices.selectors.days import DayLine
from invoices.tables.columns import (
    TEMPLATE,
    ShareColumn,
    bill_url,
    broken,
    fit,
    link,
)
from invoices.templatetags.bills_words import written_day


class ItemTable(tables.Table):
    """A bill, or a part of it, by item, the dearest first."""

    name = tables.Column(_("Item"), footer=_("Net total"))
    amount = AmountColumn()
    share = ShareColumn(_("Share"))
    quantity = tables.Column(_("Quantity"), attrs=NUMBER)
    unit = tables.Column(_("Unit"), orderable=False)
    category = tables.Column(_("Category"))

    class Meta:
        template_name = TEMPLATE
        order_by = "-amount"
        attrs = {"class": "ledger items"}

    def __init__(
        self,
        lines: Sequence[ItemLine],
        *,
        bill: Bill,
        net: Decimal,
        device: str | None = None,
        day: str | None = None,
    ) -> None:
        self.caption = gettext("By item")
        self._bill = bill
        self._where = {"device": device, "day": day}
        # The next step into a bill is its devices; into one device or day, its lines.
        narrow = device is not None or day is not None
        self._next = "bill-lines" if narrow else "bill-devices"
        super().__init__(list(lines))
        fit(self, {"amount": [line.amount for line in lines]}, currency=bill.currency, net=net)

    def render_name(self, record: ItemLine) -> SafeString:
        title = record.titles[get_language() == "ja"]
        address = bill_url(self._bill, self._next, item=record.name, **self._where)
        if record.corrects:
            title = format_html("{} ({})", title, month_name(record.corrects))
        return format_html(
            '{}<span class="title">{}</span>', link(address, broken(record.name)), title
        )

    def render_unit(self, value: str) -> str:
        return unit_word(value)

    def render_category(self, value: str) -> str:
        return str(Category(value).label)

    def render_quantity(self, value: Decimal) -> str:
        return plain(value)


class DayTable(tables.Table):
    """A bill, or a part of it, by day beside the days of the month before. Lines that belong to no
    day come last (rules.md Q8).
    """

    date = tables.Column(
        _("Day (UTC)"), accessor="written", order_by="order", footer=_("Net total")
    )
    amount = AmountColumn()
    last = AmountColumn(accessor="written", orderable=False)
    change = AmountColumn(_("Difference"), accessor="written", orderable=False)

    class Meta:
        template_name = TEMPLATE
        order_by = "date"
        attrs = {"class": "ledger days"}

    def __init__(
        self,
        lines: Sequence[DayLine],
        *,
        bill: Bill,
        net: Decimal,
        last: Sequence[DayLine] = (),
        item: str | None = None,
        device: str | None = None,
    ) -> None:
        self.caption = gettext("By day")
        self._bill = bill
        self._where = {"item": item, "device": device}
        self._last = {_place(line): line.amount for line in last}
        super().__init__(list(lines), exclude=() if last else ("last", "change"))
        amounts = [line.amount for line in lines]
        columns: Mapping[str, list[Decimal]] = {"amount": amounts}
        if last:
            differences = [line.amount - self._then(line) for line in lines]
            columns = {"amount": amounts, "last": [*self._last.values()], "change": differences}
            name = month_name(bill.month.previous)
            self.columns["last"].column.verbose_name = gettext("Same day, %(month)s") % {
                "month": name
            }
        fit(self, columns, currency=bill.currency, net=net)

    def render_date(self, record: DayLine) -> SafeString:
        name = "bill" if self._where["item"] is None else "bill-lines"
        address = bill_url(self._bill, name, day=record.written, **self._where)
        if record.corrects:
            return link(address, written_day(record.written, self._bill.month))
        if record.day is None:
            return link(address, gettext("Whole month"))
        return format_html(
            '{} <span class="quiet">{}</span>',
            link(address, day_text(record.day)),
            weekday(record.day),
        )

    def render_last(self, record: DayLine) -> SafeString | str:
        if _place(record) not in self._last:
            return NOTHING
        return figure(self._then(record), self.columns["last"].column.places)

    def render_change(self, record: DayLine) -> SafeString | str:
        if _place(record) not in self._last:
            return NOTHING
        change = record.amount - self._then(record)
        text = figure(change, self.columns["change"].column.places)
        return format_html("+{}", text) if change > 0 else text

    def _then(self, line: DayLine) -> Decimal:
        return self._last.get(_place(line), Decimal(0))


def _place(line: DayLine) -> int | str | None:
    """The day of the month, by which two months are compared; what corrects stands alone."""
    if line.corrects:
        return line.written
    return line.day.day if line.day else None
