"""Bills as programs ask for them: final months, the running month, and sums of the latest ones.

A month that has ended and is not closed is not there, neither here nor there (demand A21).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from accounts.access import Access
from accounts.models import Account
from billing_portal.common.money import CONTEXT
from billing_portal.common.periods import Month
from invoices.choices import BillState
from invoices.models import Bill, BillCouponUse
from invoices.selectors import bills, breakdown
from invoices.selectors.breakdown.devices import DeviceShare
from invoices.selectors.days import DayLine
from usage.choices import DeviceKind

SUMMED = 3
"""Months before the running one of which there are summaries (domain.md §1)."""
DEAREST = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose bills somebody asks for, and which month is running."""

    access: Access
    account: Account
    coverage: str
    running: Month


@dataclass(frozen=True, slots=True)
class MonthBill:
    """A bill with what coupons paid of it, before tax."""

    bill: Bill
    coupons: Decimal


@dataclass(frozen=True, slots=True)
class ItemSum:
    """What an item comes to under one name."""

    category: str
    name: str
    amount: Decimal


def history(*, asked: Asked, since: Month) -> list[MonthBill]:
    """Final bills with charges, latest first. Two queries."""
    found = _shown(asked).filter(state=BillState.CLOSED, month__gte=since)
    return _with_coupons(found.order_by("-month"))


def one(*, asked: Asked, month: Month, since: Month) -> MonthBill:
    """The bill of a month: a final one, or the running one as it was last evaluated.

    Raises Bill.DoesNotExist where there is none, no charge, or none that may be seen yet.
    """
    found = _with_coupons(_shown(asked).filter(month=month, month__gte=since))
    if not found:
        raise Bill.DoesNotExist
    return found[0]


def running(*, asked: Asked) -> Bill | None:
    """The running month as it was last evaluated; None before that, and so from 00:00 UTC of the
    1st on.
    """
    return _seen(asked).filter(month=asked.running).first()


def days(bill: Bill) -> list[DayLine]:
    """What each day comes to, latest first, without what belongs to the whole month."""
    lines = bills.days([bill])[bill.pk]
    return [line for line in reversed(lines) if line.day is not None]


def by_item(*, asked: Asked) -> list[tuple[Bill, list[ItemSum]]]:
    """The latest months by item, the dearest first. Two queries."""
    found = list(_summed(asked))
    totals = bills.item_totals(found)
    return [(bill, _items(totals[bill.pk])) for bill in found]


def by_sim(*, asked: Asked) -> list[tuple[Bill, Sequence[DeviceShare]]]:
    """The latest months by SIM, the dearest hundred first. One query."""
    return [
        (bill, breakdown.dearest(bill, kind=DeviceKind.SUBSCRIBER, limit=DEAREST))
        for bill in _summed(asked)
    ]


def _seen(asked: Asked) -> QuerySet[Bill]:
    """Final bills, and that of the running month."""
    own = bills.visible(access=asked.access).filter(
        account=asked.account, coverage=asked.coverage, month__lte=asked.running
    )
    return own.filter(Q(state=BillState.CLOSED) | Q(month=asked.running))


def _shown(asked: Asked) -> QuerySet[Bill]:
    return _seen(asked).filter(line_count__gt=0)


def _summed(asked: Asked) -> QuerySet[Bill]:
    return _shown(asked).filter(month__gte=asked.running.plus(-SUMMED)).order_by("-month")


def _with_coupons(found: Iterable[Bill]) -> list[MonthBill]:
    rows = list(found)
    taken: dict[int, Decimal] = defaultdict(Decimal)
    uses = BillCouponUse.objects.filter(bill__in=[bill.pk for bill in rows])
    for pk, amount in uses.values_list("bill_id", "amount"):
        taken[pk] = CONTEXT.add(taken[pk], amount)
    return [MonthBill(bill, taken[bill.pk]) for bill in rows]


def _items(totals: Iterable[bills.Summed]) -> list[ItemSum]:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for total in totals:
        place = total.category, total.name
        sums[place] = CONTEXT.add(sums[place], total.amount)
    lines = [ItemSum(category, name, amount) for (category, name), amount in sums.items()]
    return sorted(lines, key=lambda line: (-line.amount, line.name))
