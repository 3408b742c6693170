"""Bills as the people of a billing account see them: by month, and one by one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from accounts.access import Access
from accounts.models import Account
from billing_portal.common.periods import Month, day_compact
from invoices.choices import BillState
from invoices.models import Bill, BillDayTotal, BillItem, BillItemTotal, Invoice
from usage.choices import Coverage

STALE_AFTER = timedelta(hours=36)
"""Figures of a running month are counted once a day (A9); later than this, something is wrong."""

LIST_FIELDS = (
    "account",
    "coverage",
    "month",
    "state",
    "currency",
    "net",
    "tax_minor",
    "gross_minor",
    "line_count",
    "through",
    "evaluated_at",
    "closed_at",
)


@dataclass(frozen=True, slots=True)
class MonthRow:
    """The bills of one month, by coverage. A coverage without charges has none."""

    month: Month
    bills: Mapping[str, Bill]


@dataclass(frozen=True, slots=True)
class DayLine:
    """What one day comes to, `written` as in the CSV; `day` is None for whole-month lines."""

    written: str
    day: date | None
    amount: Decimal

    @property
    def order(self) -> str:
        """Days in their order, then what belongs to the whole month."""
        return self.written.ljust(len("yyyymmdd"), "9")


@dataclass(frozen=True, slots=True)
class ItemLine:
    """What one item comes to. `titles` are English and Japanese, as the catalogue has them now.

    `share` is in per cent of the net, for the eye only; None where the net is not above zero.
    """

    total: BillItemTotal
    titles: tuple[str, str]
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class BillPage:
    """One bill, what it is made of, and what stands beside it."""

    bill: Bill
    items: Sequence[ItemLine]
    days: Sequence[DayLine]
    invoice: Invoice | None
    previous: Bill | None
    next: Bill | None
    others: Sequence[Bill]


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page says: the running month, the last final one, what lies between."""

    month: Month
    running: Sequence[Bill]
    last_final: Sequence[Bill]
    waiting: Sequence[Bill]
    stale: Sequence[Bill]


def visible(*, access: Access) -> QuerySet[Bill]:
    """Every bill this person may see."""
    return Bill.objects.filter(account_id__in=access.money)


def get(*, access: Access, key: str, coverage: str, month: Month) -> Bill:
    """One bill with its account; raises Bill.DoesNotExist for strangers as for nonsense."""
    return (
        visible(access=access)
        .select_related("account")
        .get(account__key=key, coverage=coverage, month=month)
    )


def history(*, access: Access, account: Account) -> list[MonthRow]:
    """The months of an account, latest first, each with its bills by coverage. One query."""
    bills = visible(access=access).filter(account=account).only(*LIST_FIELDS)
    months: dict[Month, dict[str, Bill]] = {}
    for bill in _in_order(bills):
        months.setdefault(bill.month, {})[bill.coverage] = bill
    return [MonthRow(month, months[month]) for month in sorted(months, reverse=True)]


def page(*, access: Access, key: str, coverage: str, month: Month) -> BillPage:
    """One bill with its sums, its invoice and its neighbours, in a constant number of queries."""
    bill = (
        visible(access=access)
        .select_related("account", "invoice_bill__invoice__file")
        .prefetch_related(
            Prefetch("item_totals", BillItemTotal.objects.order_by("name", "tax_date")),
            Prefetch("day_totals", BillDayTotal.objects.order_by("date")),
        )
        .get(account__key=key, coverage=coverage, month=month)
    )
    near = _near(bill)
    return BillPage(
        bill=bill,
        items=_item_lines(bill),
        days=[_day_line(total, month) for total in bill.day_totals.all()],
        invoice=_invoice_of(bill),
        previous=near.get((coverage, month.previous)),
        next=near.get((coverage, month.next)),
        others=[other for (_, when), other in near.items() if when == month],
    )


def overview(*, access: Access, account: Account, now: datetime) -> Overview:
    """What the first page of an account says. Constant queries, and nothing is fine too."""
    month = Month.of(now)
    bills = visible(access=access).filter(account=account).only(*LIST_FIELDS)
    running = _in_order(bills.filter(month=month))
    final = bills.filter(state=BillState.CLOSED)
    last = final.order_by("-month").values_list("month", flat=True)[:1]
    return Overview(
        month=month,
        running=running,
        last_final=_in_order(final.filter(month=last)),
        waiting=_in_order(bills.filter(month__lt=month).exclude(state=BillState.CLOSED)),
        stale=[bill for bill in running if bill.evaluated_at < now - STALE_AFTER],
    )


def _in_order(bills: Iterable[Bill]) -> list[Bill]:
    """By month, and by coverage in the order in which coverages are named everywhere."""
    return sorted(bills, key=lambda bill: (bill.month, Coverage.values.index(bill.coverage)))


def _near(bill: Bill) -> dict[tuple[str, Month], Bill]:
    """The account's other bills of this, the last and the next month, by coverage and month."""
    others = (
        Bill.objects.filter(
            account=bill.account, month__in=[bill.month.previous, bill.month, bill.month.next]
        )
        .exclude(pk=bill.pk)
        .only(*LIST_FIELDS)
        .order_by("month", "coverage")
    )
    return {(other.coverage, other.month): other for other in others}


def _item_lines(bill: Bill) -> list[ItemLine]:
    totals = list(bill.item_totals.all())
    titles = _titles(totals)
    return [
        ItemLine(
            total=total,
            titles=titles.get(total.code, ("", "")),
            share=total.amount * 100 / bill.net if bill.net > 0 else None,
        )
        for total in totals
    ]


def _titles(totals: Iterable[BillItemTotal]) -> dict[str, tuple[str, str]]:
    """English and Japanese titles by item code, as the catalogue has them now."""
    codes = {total.code for total in totals}
    rows = BillItem.objects.filter(code__in=codes).values_list("code", "title_en", "title_ja")
    return {code: (english, japanese) for code, english, japanese in rows}


def _day_line(total: BillDayTotal, month: Month) -> DayLine:
    days = {day_compact(day): day for day in month.days}
    return DayLine(written=total.date, day=days.get(total.date), amount=total.amount)


def _invoice_of(bill: Bill) -> Invoice | None:
    link = getattr(bill, "invoice_bill", None)
    return None if link is None else link.invoice


def coverages(rows: Sequence[MonthRow]) -> list[str]:
    """The coverages in which there is any bill at all, in their fixed order."""
    found = {coverage for row in rows for coverage in row.bills}
    return [coverage for coverage in Coverage.values if coverage in found]
