"""What decides documents, for tests, beside `tests.factories`."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.choices import FeeKind, PaymentMethod
from invoices.models import ExchangeRate, Fee, MergePoint, MethodPoint, MinimumCharge
from tests.factories import MONTH
from usage.choices import Coverage

FIRST = Month(2026, 1)
"""Since when accounts are."""


def by_invoice(
    *, account: Account, since: Month = FIRST, coverages: Iterable[str] = Coverage.values
) -> None:
    """The account pays by invoice from a month on."""
    for coverage in coverages:
        MethodPoint.objects.create(
            account=account, coverage=coverage, since=since, method=PaymentMethod.INVOICE
        )


def exchange_rate(*, day: date | None = None, rate: str = "150.25") -> ExchangeRate:
    """A rate of USD, by default of the last day of the month."""
    return ExchangeRate.objects.create(
        day=day or MONTH.last_day, rate=Decimal(rate), source="見本銀行 (made up)"
    )


def merged(*, account: Account, since: Month = FIRST, merged: bool = True) -> MergePoint:
    """Both coverages share a document from a month on, or do not any more."""
    return MergePoint.objects.create(account=account, since=since, merged=merged)


def minimum(amount: str, *, coverage: str = Coverage.JAPAN) -> MinimumCharge:
    return MinimumCharge.objects.create(coverage=coverage, since=FIRST, amount=Decimal(amount))


def fees() -> None:
    """The fees as the catalogue has them."""
    for kind, free in ((FeeKind.SWITCHING, Month(2018, 9)), (FeeKind.ISSUE, Month(2018, 4))):
        Fee.objects.create(kind=kind, since=Month(2015, 1), amount=500)
        Fee.objects.create(kind=kind, since=free, amount=0)
