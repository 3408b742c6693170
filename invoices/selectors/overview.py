"""What the first page of an account says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q

from accounts.access import Access
from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.choices import BillState, ItemState
from invoices.models import Bill, RunItem
from invoices.selectors import bills, days
from invoices.selectors.bills import ItemLine, sum_of
from invoices.selectors.days import DayLine
from usage.choices import Coverage

STALE_AFTER = timedelta(hours=36)
"""Figures of a running month are counted once a day (A9); later than this, something is wrong."""
TOP_ITEMS = 5


@dataclass(frozen=True, slots=True)
class SameDays:
    """The days of a running month against the same days of the last one, both net.

    `last_day` is the last day compared; of a shorter month, its last one. Lines of the whole month
    are left out on both sides.
    """

    now: Decimal
    then: Decimal
    first_day: date
    last_day: date

    @property
    def percent(self) -> Decimal | None:
        """By how much it grew or fell; None where there was nothing before, or less."""
        return (self.now - self.then) * 100 / self.then if self.then > 0 else None


@dataclass(frozen=True, slots=True)
class Running:
    """The running month of one coverage: its days, those of the last month, its dearest items."""

    bill: Bill
    days: Sequence[DayLine]
    last: Bill | None
    last_days: Sequence[DayLine]
    change: SameDays | None
    items: Sequence[ItemLine]


@dataclass(frozen=True, slots=True)
class Overview:
    """The running month, the last final one, and what lies between or is not as usual.

    `parked` are ended months that cannot be finalised before staff have settled something.
    """

    month: Month
    running: Sequence[Running]
    last_final: Sequence[Bill]
    waiting: Sequence[Bill]
    stale: Sequence[Bill]
    parked: Sequence[RunItem]


def overview(*, access: Access, account: Account, now: datetime) -> Overview:
    """What the first page says, in six queries; five where nothing runs."""
    month = Month.of(now)
    found = _bills(access, account, month)
    running = [bill for bill in found if bill.month == month]
    final = [bill for bill in found if bill.state == BillState.CLOSED]
    newest = max((bill.month for bill in final), default=None)
    parked = _parked(access, account)
    held = {(item.run.month, item.coverage) for item in parked}
    return Overview(
        month=month,
        running=_running(running, {bill.coverage: bill for bill in found if _last(bill, month)}),
        last_final=[bill for bill in final if bill.month == newest],
        waiting=[
            bill
            for bill in found
            if bill.month < month
            and bill.state != BillState.CLOSED
            and (bill.month, bill.coverage) not in held
        ],
        stale=[bill for bill in running if bill.evaluated_at < now - STALE_AFTER],
        parked=parked,
    )


def _bills(access: Access, account: Account, month: Month) -> list[Bill]:
    """The running month and the one before it, the last final one, and all that is not final."""
    own = bills.visible(access=access).filter(account=account)
    closed = own.filter(state=BillState.CLOSED).order_by("-month").values("month")[:1]
    wanted = Q(month__gte=month.previous) | Q(month=closed) | ~Q(state=BillState.CLOSED)
    found = bills.in_order(own.filter(wanted).only(*bills.LIST_FIELDS))
    for bill in found:
        bill.account = account
    return found


def _last(bill: Bill, month: Month) -> bool:
    return bill.month == month.previous


def _running(running: Sequence[Bill], last: Mapping[str, Bill]) -> list[Running]:
    if not running:
        return []
    by_day = bills.days([*running, *last.values()])
    totals = bills.item_totals(running)
    titles = bills.titles_of(total for of_bill in totals.values() for total in of_bill)
    return [
        _one(
            bill,
            last.get(bill.coverage),
            by_day,
            bills.item_lines(totals[bill.pk], whole=bill.net, titles=titles),
        )
        for bill in running
    ]


def _one(
    bill: Bill,
    last: Bill | None,
    by_day: Mapping[int, list[DayLine]],
    items: list[ItemLine],
) -> Running:
    last_days = [] if last is None else by_day[last.pk]
    return Running(
        bill=bill,
        days=by_day[bill.pk],
        last=last,
        last_days=last_days,
        change=None if last is None else _same_days(bill, by_day[bill.pk], last, last_days),
        items=sorted(items, key=lambda line: (-line.amount, line.name))[:TOP_ITEMS],
    )


def _same_days(
    bill: Bill, own: list[DayLine], last: Bill, last_days: list[DayLine]
) -> SameDays | None:
    """Compare the days counted so far; None before the first one is over."""
    if bill.through is None:
        return None
    through = bill.through.day
    return SameDays(
        now=sum_of(line.amount for line in days.up_to(own, through)),
        then=sum_of(line.amount for line in days.up_to(last_days, through)),
        first_day=last.month.first_day,
        last_day=last.month.days[min(through, len(last.month.days)) - 1],
    )


def _parked(access: Access, account: Account) -> list[RunItem]:
    items = RunItem.objects.filter(account=account, state=ItemState.PARKED)
    visible = items.filter(account_id__in=access.money).select_related("run")
    return sorted(
        visible.defer("problems"),
        key=lambda item: (item.run.month, Coverage.values.index(item.coverage)),
    )
