"""What was billed of closed months so far, and what credit a bill carries forward."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from billing_portal.common.periods import Month
from invoices.choices import BillState
from invoices.models import Bill, BillCorrection, BillItemTotal
from invoices.rating.deltas import BACKWARD, FORWARD, Tax


@dataclass(slots=True)
class Past:
    """What closed bills know of one closed month: its own bill, and those that corrected it."""

    own: Bill | None = None
    later: list[Bill] = field(default_factory=list)
    bundle_file: str = ""
    """The first bundle that the month was rated from: its tariff and rules hold for ever."""

    @property
    def bills(self) -> Iterator[Bill]:
        yield from [self.own] if self.own else []
        yield from self.later


def pasts(
    *, months: Mapping[int, Collection[Month]], coverage: str, before: Month
) -> dict[tuple[int, Month], Past]:
    """Return by account and closed month what bills closed before a month know. Two queries."""
    wanted = {(account_id, month) for account_id, found in months.items() for month in found}
    found: dict[tuple[int, Month], Past] = defaultdict(Past)
    closed = Bill.objects.filter(
        account__in=months, coverage=coverage, state=BillState.CLOSED, month__lt=before
    )
    for bill in closed.filter(month__in={month for _account, month in wanted}):
        past = found[bill.account_id, bill.month]
        past.own, past.bundle_file = bill, bill.bundle_file
    rows = BillCorrection.objects.filter(bill__in=closed).select_related("bill")
    for row in rows.order_by("bill__month"):
        past = found[row.bill.account_id, row.month]
        past.later.append(row.bill)
        past.bundle_file = past.bundle_file or row.bundle_file
    return {key: past for key, past in found.items() if key in wanted}


def corrected_versions(*, bills: Collection[Bill]) -> dict[int, dict[Month, int]]:
    """Return by bill the closed months that it corrects, as they were when they were read."""
    found: dict[int, dict[Month, int]] = {bill.pk: {} for bill in bills}
    for row in BillCorrection.objects.filter(bill__in=found):
        found[row.bill_id][row.month] = row.version
    return found


def carried_into(
    *, month: Month, coverage: str, account_ids: Collection[int]
) -> dict[int, dict[Tax, Decimal]]:
    """Return by account the credit that its last bill before this month carries forward.

    Amounts below zero, by tax. While that bill is open it is as its latest rating says. One query.
    """
    rows = BillItemTotal.objects.filter(
        bill__account__in=account_ids,
        bill__coverage=coverage,
        bill__month__lt=month,
        bill__gross_minor=0,
        code=FORWARD,
    )
    last: dict[int, Month] = {}
    found: dict[int, dict[Tax, Decimal]] = defaultdict(dict)
    columns = ("bill__account", "bill__month", "tax_category", "tax_date", "amount")
    for account_id, billed, category, day, amount in rows.order_by("bill__month").values_list(
        *columns
    ):
        if last.get(account_id) != billed:
            last[account_id], found[account_id] = billed, {}
        found[account_id][category, day] = amount.copy_negate()
    return _without_later_bills(found, last, coverage, month) if found else {}


def brought_into(*, bills: Collection[Bill]) -> dict[int, dict[Tax, Decimal]]:
    """Return by bill the credit that it begins with. One query."""
    found: dict[int, dict[Tax, Decimal]] = defaultdict(dict)
    rows = BillItemTotal.objects.filter(bill__in=bills, code=BACKWARD)
    columns = ("bill", "tax_category", "tax_date", "amount")
    for bill_id, category, day, amount in rows.values_list(*columns):
        found[bill_id][category, day] = amount
    return dict(found)


def month_before(bill: Bill) -> Month:
    """Return the month of the last bill before one: where its credit comes from."""
    rows = Bill.objects.filter(
        account=bill.account_id, coverage=bill.coverage, month__lt=bill.month
    )
    return rows.latest("month").month


def _without_later_bills(
    found: Mapping[int, dict[Tax, Decimal]], last: Mapping[int, Month], coverage: str, month: Month
) -> dict[int, dict[Tax, Decimal]]:
    """Leave out credit that a bill in between has used."""
    rows = Bill.objects.filter(account__in=found, coverage=coverage, month__lt=month)
    latest = dict(rows.order_by("month").values_list("account", "month"))
    return {key: taxes for key, taxes in found.items() if latest[key] == last[key]}
