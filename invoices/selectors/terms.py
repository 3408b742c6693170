"""How accounts pay in any month: together or apart, how, with which fees and minimum charge."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Max

from accounts.models import Account
from billing_portal.common.money import Currency
from billing_portal.common.periods import Month
from invoices.choices import FeeKind, PaymentMethod
from invoices.models import (
    Bill,
    ExchangeRate,
    Fee,
    MergePoint,
    MethodPoint,
    MinimumCharge,
)
from invoices.rating.exchange import KEPT, Quote
from invoices.rating.vocabulary import CURRENCY
from invoices.selectors.settings import Pair
from usage.choices import Coverage

Value = TypeVar("Value")
Points = Sequence[tuple[Month, Value]]
"""Change points in the order of their months."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How accounts pay: which coverages are merged, and what was agreed for each."""

    merges: Mapping[int, Points[bool]]
    methods: Mapping[Pair, Points[str]]

    def is_merged(self, account_id: int, month: Month) -> bool:
        """Say whether both coverages share one document in a month (Q42)."""
        return _at(self.merges.get(account_id, ()), month, default=False)

    def merged_since(self, account_id: int, month: Month) -> Month | None:
        """Return when that began, or ended; None if nobody ever merged."""
        begun = [since for since, _merged in self.merges.get(account_id, ()) if since <= month]
        return begun[-1] if begun else None

    def payers(self, account_id: int, month: Month) -> list[tuple[str, ...]]:
        """Return which coverages stand on one document: both, or each by itself (Q42)."""
        if self.is_merged(account_id, month):
            return [tuple(Coverage.values)]
        return [(coverage,) for coverage in Coverage.values]

    def agreed(self, pair: Pair, month: Month) -> PaymentMethod:
        """Return what was agreed for a coverage by itself; it holds again when a merge ends."""
        agreed = _at(self.methods.get(pair, ()), month, default=PaymentMethod.CARD.value)
        return PaymentMethod(agreed)

    def is_by_invoice(self, account_id: int, coverages: Iterable[str], month: Month) -> bool:
        """Say whether a month is paid by invoice; one coverage decides for both (Q42)."""
        methods = (self.agreed((account_id, coverage), month) for coverage in coverages)
        return PaymentMethod.INVOICE in methods

    def method(self, pair: Pair, month: Month) -> PaymentMethod:
        """Return how a coverage is paid in a month; by card where nothing was ever agreed."""
        account_id, coverage = pair
        together = next(each for each in self.payers(account_id, month) if coverage in each)
        by_invoice = self.is_by_invoice(account_id, together, month)
        return PaymentMethod.INVOICE if by_invoice else PaymentMethod.CARD


@dataclass(frozen=True, slots=True)
class Terms(Ways):
    """Everything dated that decides what stands together on a document, for some accounts."""

    minimums: Mapping[str, Points[Decimal]]
    fees: Mapping[str, Points[Decimal]]
    last_months: Mapping[int, Month]

    def minimum(self, coverage: str, month: Month) -> Decimal:
        return _at(self.minimums.get(coverage, ()), month, default=Decimal(0))

    def fee(self, kind: FeeKind, month: Month) -> Decimal:
        return _at(self.fees.get(kind, ()), month, default=Decimal(0))

    def has_ended(self, account_id: int, month: Month) -> bool:
        """Say whether this is the last month of the account, or one after it."""
        return account_id in self.last_months and self.last_months[account_id] <= month

    def switches(self, account_id: int, coverages: Iterable[str]) -> list[tuple[str, Month]]:
        """Return when coverages went over to invoice payment; merging is no switch (Q44)."""
        found = []
        for coverage in coverages:
            before = ""
            for month, method in self.methods.get((account_id, coverage), ()):
                if method == PaymentMethod.INVOICE != before:
                    found.append((coverage, month))
                before = method
        return found


def ways_of(*, account_ids: Collection[int]) -> Ways:
    """Load how these accounts pay, in two queries."""
    merges = MergePoint.objects.filter(account__in=account_ids).order_by("since")
    methods = MethodPoint.objects.filter(account__in=account_ids).order_by("since")
    return Ways(
        merges=_grouped(merges.values_list("account_id", "since", "merged")),
        methods=_grouped(
            ((account_id, coverage), since, method)
            for account_id, coverage, since, method in methods.values_list(
                "account_id", "coverage", "since", "method"
            )
        ),
    )


def terms_of(*, account_ids: Collection[int]) -> Terms:
    """Load the terms of these accounts, in five queries."""
    ways = ways_of(account_ids=account_ids)
    ended = Account.objects.filter(pk__in=account_ids, ended_at__isnull=False)
    return Terms(
        merges=ways.merges,
        methods=ways.methods,
        minimums=_grouped(_dated(MinimumCharge, "coverage")),
        fees=_grouped(_dated(Fee, "kind")),
        last_months={
            account_id: Month.of(at)
            for account_id, at in ended.values_list("pk", "ended_at")
            if at is not None
        },
    )


def quotes_for(*, days: Collection[date], currency: str) -> list[Quote]:
    """Return the exchange rates that these days may need, in the order of their days."""
    if not days:
        return []
    rows = ExchangeRate.objects.filter(
        currency=currency, day__gte=min(days) - KEPT, day__lte=max(days)
    )
    return [Quote(*row) for row in rows.order_by("day").values_list("day", "rate", "source")]


def last_invoiced(*, account_ids: Collection[int]) -> dict[Pair, Month]:
    """Return the last month of each coverage that stands on a document."""
    rows = Bill.objects.filter(account__in=account_ids, invoice_bill__isnull=False)
    found = rows.order_by().values_list("account_id", "coverage").annotate(Max("month"))
    return {(account_id, coverage): month for account_id, coverage, month in found}


def currency_of(coverages: Collection[str]) -> Currency:
    """Return what a document is payable in: USD where it is of the Global coverage alone (Q39)."""
    home = Coverage.JAPAN if Coverage.JAPAN in coverages else Coverage.GLOBAL
    return CURRENCY[home.value]


def _dated(model: Any, key: str) -> Iterable[tuple[str, Month, Decimal]]:
    rows: Iterable[tuple[str, Month, Decimal]] = model.objects.order_by("since").values_list(
        key, "since", "amount"
    )
    return rows


def _grouped(rows: Iterable[tuple[Any, Month, Any]]) -> dict[Any, list[tuple[Month, Any]]]:
    found: dict[Any, list[tuple[Month, Any]]] = defaultdict(list)
    for key, since, value in rows:
        found[key].append((since, value))
    return dict(found)


def _at(points: Points[Value], month: Month, *, default: Value) -> Value:
    at = bisect_right(points, month, key=lambda point: point[0]) - 1
    return points[at][1] if at >= 0 else default
