"""Is a month fit to go out? What its bills come to, and which of them look odd."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Count, Max

from billing_portal.common.periods import Month
from invoices.choices import BillState, ItemState, OddKind
from invoices.models import Bill, BillingRun, RunItem
from invoices.selectors.settings import Pair

MUCH = 10_000
"""A difference below so many minor units (10,000 yen, 100 dollars) is nobody's concern."""
SHARE = 50
"""Nor is one below so many per cent of last month's total."""


@dataclass(slots=True)
class Total:
    """The bills of one currency: how many, how many of them final, and their gross."""

    currency: str
    bills: int = 0
    final: int = 0
    gross_minor: int = 0
    before_minor: int = 0
    before_bills: int = 0


@dataclass(frozen=True, slots=True)
class Odd:
    """A bill to look at. `bill_id` is None where last month had one and this month has none."""

    kind: OddKind
    bill_id: int | None
    account_id: int
    account_key: str
    team_name: str
    coverage: str
    currency: str
    gross_minor: int
    before_minor: int

    @property
    def difference(self) -> int:
        return self.gross_minor - self.before_minor


@dataclass(slots=True)
class Review:
    """Totals by currency, and the odd bills by kind, those that differ most first."""

    month: Month
    totals: list[Total] = field(default_factory=list)
    odd: dict[OddKind, list[Odd]] = field(default_factory=dict)


class BillRow(NamedTuple):
    """A bill as it is compared; `gross_minor` is with tax."""

    pk: int
    account_id: int
    account_key: str
    team_name: str
    coverage: str
    currency: str
    state: str
    gross_minor: int


ByPair = Mapping[Pair, BillRow]


def review(month: Month) -> Review:
    """Compare the bills of a month with those of the month before, in two queries."""
    now, before = bill_rows(month), bill_rows(month.previous)
    totals: dict[str, Total] = {}
    for row in now.values():
        total = totals.setdefault(row.currency, Total(row.currency))
        total.bills += 1
        total.final += row.state == BillState.CLOSED
        total.gross_minor += row.gross_minor
    for row in before.values():
        total = totals.setdefault(row.currency, Total(row.currency))
        total.before_bills += 1
        total.before_minor += row.gross_minor
    return Review(
        month=month,
        totals=[totals[currency] for currency in sorted(totals)],
        odd=_by_kind([*_odd(now, before), *_missing(now, before)]),
    )


def bill_rows(month: Month) -> ByPair:
    """Return the bills of a month by account and coverage, in one query."""
    columns = ("pk", "account_id", "account__key", "account__team_name", "coverage", "currency")
    bills = Bill.objects.filter(month=month).order_by()
    rows = (BillRow(*row) for row in bills.values_list(*columns, "state", "gross_minor"))
    return {(row.account_id, row.coverage): row for row in rows}


def _odd(now: ByPair, before: ByPair) -> Iterable[Odd]:
    for pair, row in now.items():
        last = before[pair].gross_minor if pair in before else None
        kind = kind_of(row.gross_minor, last)
        if kind is not None:
            yield _as_odd(kind, row, row.pk, row.gross_minor, last or 0)


def kind_of(gross: int, before: int | None) -> OddKind | None:
    """Why to look at a total in minor units, next to last month's; None if it is as usual."""
    if gross == 0:
        return OddKind.ZERO
    if before is None:
        return OddKind.FIRST
    difference = gross - before
    if abs(difference) < MUCH or abs(difference) * 100 < SHARE * abs(before):
        return None
    return OddKind.MORE if difference > 0 else OddKind.LESS


def _missing(now: ByPair, before: ByPair) -> Iterable[Odd]:
    for pair, row in before.items():
        if pair not in now:
            yield _as_odd(OddKind.NONE, row, None, 0, row.gross_minor)


def _as_odd(kind: OddKind, row: BillRow, bill_id: int | None, gross: int, before: int) -> Odd:
    whose = (row.account_id, row.account_key, row.team_name, row.coverage, row.currency)
    return Odd(kind, bill_id, *whose, gross, before)


def _by_kind(found: Iterable[Odd]) -> dict[OddKind, list[Odd]]:
    kinds: dict[OddKind, list[Odd]] = defaultdict(list)
    for odd in found:
        kinds[odd.kind].append(odd)
    for rows in kinds.values():
        rows.sort(key=lambda odd: (-abs(odd.difference), odd.account_key, odd.coverage))
    return {kind: kinds[kind] for kind in OddKind if kind in kinds}


def counts(*, run_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """The accounts of each run by state, in one query."""
    rows = RunItem.objects.filter(run__in=list(run_ids)).order_by()
    found: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(ItemState.values, 0))
    for run_id, state, count in rows.values_list("run", "state").annotate(Count("pk")):
        found[run_id][state] = count
    return found


def last_closed(run: BillingRun) -> object:
    """When the last bill of the run's month became final; None if none has."""
    bills = Bill.objects.filter(month=run.month, state=BillState.CLOSED)
    return bills.aggregate(last=Max("closed_at"))["last"]
