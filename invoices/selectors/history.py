"""What each month cost, and what made it change."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing_portal.common.money import CONTEXT
from billing_portal.common.periods import Month
from invoices.models import Bill, BillItemTotal
from invoices.selectors import bills

CAUSES = 2
"""How many items are named as what made a month change."""
SERIES_MONTHS = 12
SERIES_ITEMS = 5
"""Months and items of the chart; what is smaller is drawn together."""


@dataclass(frozen=True, slots=True)
class Change:
    """A final month against the one before it, in minor units with tax; `causes` are the items
    whose net differs most, with the difference.
    """

    before: Bill
    minor: int
    causes: Sequence[tuple[str, Decimal]]

    @property
    def percent(self) -> Decimal | None:
        """By how much it grew or fell; None where there was nothing before, or less."""
        before = self.before.gross_minor
        return Decimal(self.minor) * 100 / before if before > 0 else None


@dataclass(frozen=True, slots=True)
class MonthBill:
    """A bill as a row of the history; `change` is None where it cannot be compared."""

    bill: Bill
    change: Change | None


@dataclass(frozen=True, slots=True)
class Part:
    """One item, or None for all smaller ones, over the months of a chart."""

    name: str | None
    amounts: Sequence[Decimal]

    @property
    def total(self) -> Decimal:
        return bills.sum_of(self.amounts)


@dataclass(frozen=True, slots=True)
class Series:
    """The latest months of one coverage by item, the dearest item first."""

    months: Sequence[Month]
    parts: Sequence[Part]


def changes(shown: Sequence[Bill], known: Sequence[Bill]) -> list[MonthBill]:
    """The shown bills with what changed since the month before. One query.

    `known` are all bills of the same coverage. A month that still runs is not compared: its days
    are not over.
    """
    months = {bill.month: bill for bill in known}
    pairs = [(bill, months.get(bill.month.previous)) for bill in shown]
    compared = {bill.pk: bill for pair in pairs for bill in pair if bill is not None}
    totals = bills.item_totals(compared.values())
    return [
        MonthBill(bill, None if before is None else _change(bill, before, totals))
        for bill, before in pairs
    ]


def series(known: Sequence[Bill]) -> Series:
    """The latest months of one coverage by item, for a chart. One query."""
    latest = sorted(known, key=lambda bill: bill.month)[-SERIES_MONTHS:]
    totals = bills.item_totals(latest)
    by_item: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * len(latest))
    for place, bill in enumerate(latest):
        for total in totals[bill.pk]:
            by_item[total.name][place] = CONTEXT.add(by_item[total.name][place], total.amount)
    parts = sorted(
        (Part(name, amounts) for name, amounts in by_item.items()),
        key=lambda part: (-part.total, part.name or ""),
    )
    return Series([bill.month for bill in latest], _rest_together(parts))


def _change(bill: Bill, before: Bill, totals: Mapping[int, Sequence[BillItemTotal]]) -> Change:
    nets: dict[str, Decimal] = defaultdict(Decimal)
    for total in totals[bill.pk]:
        nets[total.name] = CONTEXT.add(nets[total.name], total.amount)
    for total in totals[before.pk]:
        nets[total.name] = CONTEXT.subtract(nets[total.name], total.amount)
    causes = sorted(
        ((name, amount) for name, amount in nets.items() if amount),
        key=lambda cause: (-abs(cause[1]), cause[0]),
    )
    return Change(before, bill.gross_minor - before.gross_minor, causes[:CAUSES])


def _rest_together(parts: Sequence[Part]) -> list[Part]:
    """The dearest items, and all others as one."""
    rest = parts[SERIES_ITEMS:]
    if not rest:
        return list(parts)
    amounts = [bills.sum_of(month) for month in zip(*(part.amounts for part in rest), strict=True)]
    return [*parts[:SERIES_ITEMS], Part(None, amounts)]
