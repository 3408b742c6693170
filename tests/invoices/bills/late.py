"""What comes too late for a closed month of the shop, and the bills that say so."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
from django.db import transaction

from accounts.models import Account
from billing_portal.common import files
from billing_portal.common.periods import Month
from invoices.models import Bill, BillItem, BillItemTotal, RunItem
from invoices.rating.container import read_parquet
from invoices.selectors.bills import sum_of
from invoices.services import bills
from tests import factories
from tests.factories import MONTH
from tests.invoices.bills import shop
from usage.choices import MonthState
from usage.models import AccountMonth, Device, Meter
from usage.services import calendar, months
from usage.services.months import MonthKey

NOVEMBER, DECEMBER = MONTH.next, MONTH.next.next
TENTH = MONTH.start + timedelta(days=9)


def close(month: Month) -> None:
    """End a month on its second day after, as command and worker do."""
    shop.end_month(month, now=after(month))
    parked = [item.problems for item in RunItem.objects.exclude(state="closed")]
    assert not parked, parked


def after(month: Month) -> datetime:
    return month.end + timedelta(days=1, hours=9)


def use(account: Account, quantity: int, *, at: datetime = TENTH) -> None:
    """As intake writes it: marked late, the versions of its month and of the open one raised."""
    shop.use(Device.objects.order_by("pk")[0], account, quantity, at=at, late=True)
    for row in AccountMonth.objects.filter(account=account, month__gte=Month.of(at)):
        row.version += 1
        row.save()


def record(device: Device, account: Account, meter: tuple[str, str], **fact: Any) -> None:
    """A fact of any month, as intake writes it: late or not. `meter` is its code and variant."""
    code, variant = meter
    at: datetime = fact["at"]
    key = MonthKey(account.pk, shop.JAPAN, Month.of(at))
    with transaction.atomic():
        rows = months.lock(keys=months.with_first_open(keys=[key]))
        is_late = rows[key].state == MonthState.CLOSED
        counted = {"meter": Meter.objects.get(code=code), "variant": variant, **fact}
        factories.record(device=device, account=account, late=is_late, **counted)
        months.bump(months=rows.values())


def evaluate(account: Account, month: Month) -> None:
    now = month.start + timedelta(days=14)
    calendar.extend(through=month)
    bills.evaluate(month=month, coverage=shop.JAPAN, account_ids=[account.pk], now=now)


def reprice(code: str, unit_price: str) -> None:
    """Another price from the first of November on."""
    item = BillItem.objects.get(code=code)
    factories.price(item=item, unit_price=unit_price, since=NOVEMBER.first_day)


def lines(account: Account, month: Month) -> list[tuple[str, str, int, int]]:
    """Date, name, unit price and quantity of the lines of a bill that are not of its month."""
    detail = read_parquet(files.read(shop.bill_of(account, month).detail_file))
    beside = detail.filter(~pl.col("date").str.starts_with(month.compact))
    rows = beside.select("date", "name", "unit_price", "quantity").iter_rows()
    return [(day, name, int(price), int(quantity)) for day, name, price, quantity in rows]


def credit(account: Account, month: Month) -> tuple[int, int]:
    """The credit that a bill begins with, and that it carries forward."""
    found = {"creditBroughtForward": Decimal(0), "creditCarriedForward": Decimal(0)}
    for total in BillItemTotal.objects.filter(bill=shop.bill_of(account, month), code__in=found):
        found[total.code] += total.amount
    return int(found["creditBroughtForward"]), int(found["creditCarriedForward"])


def carried(bill: Bill) -> Decimal:
    """The credit that a bill carries forward."""
    rows = BillItemTotal.objects.filter(bill=bill, code="creditCarriedForward")
    return sum_of(rows.values_list("amount", flat=True))


def device(account: Account) -> Device:
    """The first device of an account."""
    return Device.objects.get(key=f"{account.key}-0")
