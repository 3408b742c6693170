"""One bill: what is it made of, by item, by day, by device, by tag, by group, line by line?

Each way to take it apart has an address, filters included, so that it can be sent and gone back to.
"""

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.views.visit import Visit, visited
from billing_portal.common.attachments import attachment
from billing_portal.common.periods import Month
from invoices.exports import device_totals
from invoices.models import Bill
from invoices.selectors import bills, breakdown
from invoices.tables.bills import DayTable, ItemTable
from invoices.tables.breakdown import DeviceTable, LabelTable, LineTable
from invoices.tables.columns import bill_url
from invoices.views.asked import Asked
from invoices.views.bill_frame import Opened, tab
from invoices.views.bills import note_download

DEVICES_ON_A_PAGE = 20
LINES_ON_A_PAGE = 50
OF_DEVICES = ("item", "q", "group", "tag", "value")


@tab("bill", label=_("By item"), template="items", keeps=("device", "day"))
def by_item(opened: Opened) -> dict[str, Any]:
    """The bill by item; or what a device, or a day, is made of."""
    bill, asked = opened.bill, opened.asked
    if asked.where:
        sums = breakdown.by_item(bill, where=asked.where)
        net = bills.sum_of(line.amount for line in sums)
        lines = bills.item_lines(sums, whole=net)
    else:
        net, lines = bill.net, bills.items(bill)
    table = ItemTable(lines, bill=bill, net=net, device=asked.device, day=asked.day)
    opened.sort(table)
    return {"table": table}


@tab("bill-days", label=_("By day"), template="days", keeps=("item", "device"))
def by_day(opened: Opened) -> dict[str, Any]:
    """The bill, an item or a device by day, against the days of the month before."""
    bill, asked, before = opened.bill, opened.asked, opened.page.before
    if asked.where:
        lines = breakdown.by_day(bill, where=asked.where)
        compared = before is not None and asked.device is None
        last = breakdown.by_day(before, where=asked.where) if before and compared else []
    else:
        found = bills.days([bill, *([before] if before else [])])
        lines, last = found[bill.pk], found[before.pk] if before else []
    net = bills.sum_of(line.amount for line in lines)
    table = DayTable(lines, bill=bill, net=net, last=last, item=asked.item, device=asked.device)
    opened.sort(table)
    return {"table": table, "days": lines, "last": last}


@tab("bill-devices", label=_("By device"), template="devices", keeps=OF_DEVICES)
def by_device(opened: Opened) -> dict[str, Any]:
    """Which devices does the bill come from? All of them, or those that a search finds."""
    bill, asked = opened.bill, opened.asked
    shares = breakdown.devices(bill, wanted=asked.wanted)
    table = DeviceTable(shares, bill=bill, item=asked.item, unit=_unit(bill, asked.item))
    opened.paginate(table, DEVICES_ON_A_PAGE)
    table.fill(breakdown.device_names)
    others = [name for name in OF_DEVICES if name != "q"]
    return {
        "table": table,
        "shares": shares,
        "csv_address": bill_url(bill, "bill-devices-csv") + asked.query(OF_DEVICES),
        "without_search": asked.query(others) or "?",
    }


@tab("bill-tags", label=_("By tag"), template="tags", keeps=("item", "tag"))
def by_tag(opened: Opened) -> dict[str, Any]:
    """What do the devices with each value of a tag come to?"""
    bill, asked = opened.bill, opened.asked
    names = breakdown.tag_names(bill)
    if not names:
        return {"table": None}
    chosen = asked.tag or names[0]
    shares = breakdown.by_tag(bill, name=chosen, item=asked.item or "")
    table = LabelTable(shares, bill=bill, item=asked.item, tag=chosen)
    opened.paginate(table, LINES_ON_A_PAGE)
    table.fill()
    return {"table": table, "names": names, "chosen": chosen}


@tab("bill-groups", label=_("By group"), template="groups", keeps=("item",))
def by_group(opened: Opened) -> dict[str, Any]:
    """What do the devices of each group come to?"""
    bill, asked = opened.bill, opened.asked
    shares = breakdown.by_group(bill, item=asked.item or "")
    table = LabelTable(shares, bill=bill, item=asked.item)
    opened.paginate(table, LINES_ON_A_PAGE)
    table.fill()
    return {"table": table}


@tab("bill-lines", label=_("Lines"), template="lines", keeps=("item", "device", "day"))
def by_line(opened: Opened) -> dict[str, Any]:
    """Line by line, as in the detail CSV: date, item, unit price, quantity, amount."""
    bill, asked = opened.bill, opened.asked
    lines = breakdown.lines(bill, where=asked.where)
    fixed = [("device", asked.device), ("name", asked.item)]
    table = LineTable(
        lines, bill=bill, fixed=[column for column, value in fixed if value is not None]
    )
    opened.paginate(table, LINES_ON_A_PAGE)
    table.fill()
    return {"table": table}


@require_GET
@visited
def devices_csv(visit: Visit, key: str, coverage: str, month: Month) -> HttpResponseBase:
    """The devices that the page lists under the same filters, as a file."""
    bill = bills.get(access=visit.access, key=key, coverage=coverage, month=month)
    asked = Asked.of(visit.request.GET).only(OF_DEVICES)
    shares = breakdown.devices(bill, wanted=asked.wanted)
    note_download(visit, bill, action="device-totals.download")
    name = device_totals.csv_name(bill, account_key=key, filters=asked.values)
    return attachment(device_totals.stream(shares), name=name)


def _unit(bill: Bill, item: str | None) -> str:
    """The unit of the item that is asked for; none for several items together."""
    lines = bills.items(bill) if item else []
    return next((line.unit for line in lines if line.name == item), "")
