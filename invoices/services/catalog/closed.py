"""Months that are closed keep their prices: what a load must not touch."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billing_portal.common.periods import Month
from invoices.choices import BillState
from invoices.models import Bill
from invoices.rating.precedence import counts
from invoices.services.catalog.problems import Problems
from invoices.services.catalog.rows import (
    Catalogue,
    FeeRow,
    MinimumRow,
    MonthlyKey,
    PriceRow,
    TaxRow,
)


@dataclass(frozen=True, slots=True)
class ClosedMonths:
    """The months of which at least one bill is closed, by coverage."""

    by_coverage: Mapping[str, Collection[Month]]

    def of(self, coverage: str) -> Collection[Month]:
        return self.by_coverage.get(coverage, ())

    def of_any(self) -> Collection[Month]:
        return {month for months in self.by_coverage.values() for month in months}


def closed_months() -> ClosedMonths:
    bills = Bill.objects.filter(state=BillState.CLOSED).order_by()
    months = defaultdict(set)
    for coverage, month in bills.values_list("coverage", "month").distinct():
        months[coverage].add(month)
    return ClosedMonths(dict(months))


def refuse_closed(
    *, changes: Catalogue, present: Catalogue, closed: ClosedMonths, problems: Problems
) -> None:
    """Note every new or changed price and tax rate that would have counted in a closed month.

    A row holds from its day to the next row of the same series, in the catalogue as it will be. A
    new price where there was none cannot have counted: charges without a price keep a bill open.
    """
    world = present.with_rows_of(changes)
    days = _series([*world.prices.values(), *world.tax_rates.values()])
    by_item = defaultdict(list)
    for price in present.prices.values():
        by_item[price.item, price.coverage].append(price)
    for price in changes.prices.values():
        there = by_item[price.item, price.coverage]
        _refuse(price, days, closed.of(price.coverage), problems, there)
    for rate in changes.tax_rates.values():
        _refuse(rate, days, closed.of_any(), problems)
    for fee in changes.fees.values():
        held = _Held(fee.kind, present.fees, world.fees)
        _refuse_amount(fee, held, closed.of_any(), problems)
    for least in changes.minimum_charges.values():
        held = _Held(least.coverage, present.minimum_charges, world.minimum_charges)
        _refuse_amount(least, held, closed.of(least.coverage), problems)


@dataclass(frozen=True, slots=True)
class _Held:
    """The rows of a subject, such as a kind of fee, as they are and as they will be."""

    subject: str
    there: Mapping[MonthlyKey, FeeRow | MinimumRow]
    then: Mapping[MonthlyKey, FeeRow | MinimumRow]

    def differs(self, month: Month) -> bool:
        return self._amount(self.there, month) != self._amount(self.then, month)

    def _amount(self, rows: Mapping[MonthlyKey, FeeRow | MinimumRow], month: Month) -> Decimal:
        begun = ((key, row) for key, row in rows.items() if row.since <= month)
        held = [row for (subject, _since), row in begun if subject == self.subject]
        return max(held, key=lambda row: row.since).amount if held else Decimal(0)


def _refuse_amount(
    row: FeeRow | MinimumRow, held: _Held, months: Collection[Month], problems: Problems
) -> None:
    """Note a fee or minimum charge that would be another one in a closed month; none is 0."""
    touched = [month for month in months if month >= row.since and held.differs(month)]
    if touched:
        text = _(
            "It would change what held in %(month)s, which is closed."
            " Leave what was there and add a row from %(next)s on."
        )
        values = {"month": min(touched), "next": max(months).next}
        problems.at(row.origin, "since", text % values)


def _series(rows: Iterable[PriceRow | TaxRow]) -> dict[Any, list[date]]:
    days = defaultdict(list)
    for row in rows:
        days[row.key[:-1]].append(row.since)
    return days


def _refuse(
    row: PriceRow | TaxRow,
    days: Mapping[Any, Sequence[date]],
    months: Collection[Month],
    problems: Problems,
    there: Sequence[PriceRow] = (),
) -> None:
    until = min((day for day in days[row.key[:-1]] if day > row.since), default=date.max)
    touched = [month for month in months if month.last_day >= row.since and month.first_day < until]
    if not touched:
        return
    if isinstance(row, PriceRow) and not counts(row, there, last=max(touched).last_day):
        return
    text = _(
        "It would hold in %(month)s, which is closed."
        " Leave what was there and add a row from %(day)s on."
    )
    values = {"month": min(touched), "day": max(months).next.first_day}
    problems.at(row.origin, "since", text % values)
