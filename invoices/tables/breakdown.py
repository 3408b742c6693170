"""A bill by device, by tag, by group, and line by line."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from billing_portal.common.money import plain as written
from billing_portal.common.parts.figures import number, percent, plain, short_day
from billing_portal.common.reports.columns import NUMBER, AmountColumn
from invoices.choices import unit_word
from invoices.models import Bill
from invoices.selectors.breakdown import DeviceShare, DeviceShares, LabelShares, Line, Lines
from invoices.selectors.days import corrected
from invoices.tables.columns import (
    TEMPLATE,
    PagedData,
    ShareColumn,
    bill_url,
    broken,
    fit,
    link,
    shown,
)
from invoices.templatetags.bills_words import written_day

TAG_LETTERS = 40
TAGS_SHOWN = 4


class DeviceTable(tables.Table):
    """The devices of a bill, or those that were asked for. Call `fill` when a page is chosen."""

    key = tables.Column(_("Device"), order_by="device", empty_values=())
    name = tables.Column(_("Name"), accessor="key", orderable=False)
    amount = AmountColumn()
    share = tables.Column(_("Share"), accessor="amount", attrs=NUMBER, orderable=False)
    quantity = tables.Column(attrs=NUMBER)
    lines = tables.Column(_("Lines"), attrs=NUMBER)
    group = tables.Column(_("Group"))
    tags = tables.Column(_("Tags"), orderable=False)

    class Meta:
        template_name = TEMPLATE
        order_by = "-amount"
        attrs = {"class": "ledger devices"}

    def __init__(
        self, shares: DeviceShares, *, bill: Bill, item: str | None = None, unit: str = ""
    ) -> None:
        self.caption = gettext("By device")
        self._bill, self._item, self._shares = bill, item, shares
        self._names: Mapping[str, str] = {}
        super().__init__(
            PagedData(shares.rows),
            exclude=[
                *([] if item else ["quantity"]),
                *([] if shares.tag_names else ["tags"]),
                *([] if shares.amount > 0 else ["share"]),
            ],
        )
        if item:
            self.columns["quantity"].column.verbose_name = gettext("Quantity, %(unit)s") % {
                "unit": unit_word(unit)
            }
            self.columns["quantity"].column._footer = plain(shares.quantity)
        self.columns["lines"].column._footer = number(shares.lines)
        self.columns["key"].column._footer = ngettext(
            "%(count)s device", "%(count)s devices", shares.devices
        ) % {"count": number(shares.devices)}

    def fill(self, names: Callable[[Iterable[str]], Mapping[str, str]]) -> None:
        """Look up the names of the devices that are shown, and line up their amounts."""
        rows: list[DeviceShare] = shown(self)
        self._names = names(row.key for row in rows)
        if not self._names:
            self.columns.hide("name")
        amounts = [row.amount for row in rows]
        fit(self, {"amount": amounts}, currency=self._bill.currency, net=self._shares.amount)

    def render_key(self, record: DeviceShare) -> SafeString:
        text = (
            format_html("<code>{}</code>", record.key)
            if record.key
            else format_html('<span class="quiet">{}</span>', gettext("Of no device"))
        )
        name = "bill-lines" if self._item else "bill"
        return link(bill_url(self._bill, name, device=record.key, item=self._item), text)

    def render_name(self, record: DeviceShare) -> str:
        return self._names.get(record.key, "")

    def render_tags(self, value: Mapping[str, str]) -> SafeString:
        shown = list(value.items())[:TAGS_SHOWN]
        more = "…" if len(value) > TAGS_SHOWN else ""
        return format_html(
            '<span class="tags">{}{}</span>',
            format_html_join(
                " ",
                '<span class="tag"><bdi>{}</bdi>: <bdi>{}</bdi></span>',
                ((_cut(name), _cut(text)) for name, text in shown),
            ),
            more,
        )

    def render_lines(self, record: DeviceShare) -> SafeString:
        address = bill_url(self._bill, "bill-lines", device=record.key, item=self._item)
        return link(address, number(record.lines))

    def render_quantity(self, value: Decimal) -> str:
        return plain(value)

    def render_share(self, value: Decimal) -> str:
        return percent(value * 100 / self._shares.amount)


class LabelTable(tables.Table):
    """The values of a tag, or the groups, and what their devices come to."""

    value = tables.Column(empty_values=())
    devices = tables.Column(_("Devices"), attrs=NUMBER)
    amount = AmountColumn()
    share = ShareColumn(_("Share"), accessor="amount")

    class Meta:
        template_name = TEMPLATE
        order_by = "-amount"
        attrs = {"class": "ledger labels"}

    def __init__(
        self, shares: LabelShares, *, bill: Bill, item: str | None = None, tag: str = ""
    ) -> None:
        self.caption = gettext("By tag %(name)s") % {"name": tag} if tag else gettext("By group")
        self._bill, self._item, self._tag = bill, item, tag
        self._net = shares.amount
        super().__init__(PagedData(shares.rows), exclude=[] if self._net > 0 else ["share"])
        column = self.columns["value"].column
        column.verbose_name = tag or gettext("Group")
        column._footer = gettext("Net total")
        self.columns["devices"].column._footer = number(shares.devices)

    def fill(self) -> None:
        """Line up the amounts of the page that is shown."""
        amounts = [row.amount for row in shown(self)]
        fit(self, {"amount": amounts}, currency=self._bill.currency, net=self._net)

    def render_value(self, value: str | None) -> SafeString:
        if value is None:
            address = bill_url(self._bill, "bill-lines", device="", item=self._item)
            return link(
                address, format_html('<span class="quiet">{}</span>', gettext("Of no device"))
            )
        asked = {"tag": self._tag, "value": value} if self._tag else {"group": value}
        address = bill_url(self._bill, "bill-devices", item=self._item, **asked)
        if value:
            return link(address, format_html("<bdi>{}</bdi>", _cut(value)))
        words = gettext("Untagged") if self._tag else gettext("Without group")
        return link(address, format_html('<span class="quiet">{}</span>', words))

    def render_devices(self, value: int) -> str:
        return number(value)

    def render_share(self, value: Decimal, column: ShareColumn) -> SafeString:
        return ShareColumn.render(column, value * 100 / self._net)


class LineTable(tables.Table):
    """Lines as in the detail CSV."""

    date = tables.Column(_("Date (UTC)"), accessor="written", orderable=False)
    device = tables.Column(_("Device"), orderable=False, empty_values=())
    name = tables.Column(_("Item"), orderable=False)
    unit_price = AmountColumn(orderable=False)
    quantity = tables.Column(_("Quantity"), attrs=NUMBER, orderable=False)
    unit = tables.Column(_("Unit"), orderable=False)
    amount = AmountColumn(orderable=False)
    why = tables.Column(_("Explanation"), accessor="price", orderable=False, empty_values=())

    class Meta:
        template_name = TEMPLATE
        attrs = {"class": "ledger lines"}

    def __init__(self, lines: Lines, *, bill: Bill, fixed: Sequence[str] = ()) -> None:
        self.caption = gettext("Lines")
        self._bill, self._lines = bill, lines
        super().__init__(PagedData(lines), exclude=fixed)
        self.columns["unit_price"].column.verbose_name = gettext("Unit price, %(currency)s") % {
            "currency": bill.currency
        }
        count = ngettext("%(count)s line", "%(count)s lines", len(lines))
        self.columns["date"].column._footer = count % {"count": number(len(lines))}
        if "name" in fixed:
            self.columns["quantity"].column._footer = plain(lines.quantity)

    def render_unit(self, value: str) -> str:
        return unit_word(value)

    def fill(self) -> None:
        """Line up the figures of the page that is shown."""
        rows: list[Line] = shown(self)
        columns = {
            "amount": [row.amount for row in rows],
            "unit_price": [row.unit_price for row in rows],
        }
        fit(self, columns, currency=self._bill.currency, net=self._lines.amount)

    def render_date(self, record: Line) -> str:
        if corrected(record.written, self._bill.month):
            return written_day(record.written, self._bill.month)
        return short_day(record.day) if record.day else gettext("Whole month")

    def render_device(self, record: Line) -> SafeString | str:
        if not record.device:
            return format_html('<span class="quiet">{}</span>', gettext("Of no device"))
        address = bill_url(self._bill, "bill", device=record.device)
        return link(address, format_html("<code>{}</code>", record.device))

    def render_name(self, value: str) -> SafeString:
        return broken(value)

    def render_quantity(self, value: Decimal) -> str:
        return plain(value)

    def render_why(self, record: Line) -> SafeString:
        address = bill_url(
            self._bill,
            "why",
            device=record.device,
            date=record.written,
            name=record.name,
            price=written(record.unit_price),
        )
        return link(address, gettext("Why this amount?"))


def _cut(text: str) -> str:
    return text if len(text) <= TAG_LETTERS else f"{text[: TAG_LETTERS - 1]}…"
