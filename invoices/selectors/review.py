"""Is a month fit to go out? What its bills come to, and which of them look odd."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Max

from billing_portal.common.periods import Month
from invoices.choices import BillState, ItemState, OddKind
from invoices.models import Bill, BillingRun, RunItem

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


_Row = tuple[int, int, str, str, str, str, str, int]


def review(month: Month) -> Review:
    """Compare the bills of a month with those of the month before, in two queries."""
    now, before = (_rows(one) for one in (month, month.previous))
    known = {(row[1], row[4]): row for row in before}
    totals: dict[str, Total] = {}
    for _pk, _account, _key, _name, _coverage, currency, state, gross in now:
        total = totals.setdefault(currency, Total(currency))
        total.bills += 1
        total.final += state == BillState.CLOSED
        total.gross_minor += gross
    for *_rest, currency, _state, gross in before:
        total = totals.setdefault(currency, Total(currency))
        total.before_bills += 1
        total.before_minor += gross
    return Review(
        month=month,
        totals=[totals[currency] for currency in sorted(totals)],
        odd=_by_kind([*_odd(now, known), *_missing(now, before)] if before else _odd(now, known)),
    )


def _rows(month: Month) -> list[_Row]:
    columns = ("pk", "account_id", "account__key", "account__team_name", "coverage", "currency")
    bills = Bill.objects.filter(month=month).order_by()
    return list(bills.values_list(*columns, "state", "gross_minor"))


def _odd(now: list[_Row], known: dict[tuple[int, str], _Row]) -> Iterable[Odd]:
    for pk, account_id, key, name, coverage, currency, _state, gross in now:
        earlier = known.get((account_id, coverage))
        before = earlier[7] if earlier else None
        kind = kind_of(gross, before)
        if kind is not None:
            yield Odd(kind, pk, account_id, key, name, coverage, currency, gross, before or 0)


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


def _missing(now: list[_Row], before: list[_Row]) -> Iterable[Odd]:
    there = {(row[1], row[4]) for row in now}
    for _pk, account_id, key, name, coverage, currency, _state, gross in before:
        if (account_id, coverage) not in there:
            yield Odd(OddKind.NONE, None, account_id, key, name, coverage, currency, 0, gross)


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
