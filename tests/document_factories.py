"""What decides documents, for tests, beside `tests.factories`."""

import csv
import gzip
import hashlib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.conf import settings

from accounts.models import Account
from billing_portal.common import files
from billing_portal.common.periods import Month
from invoices.choices import PaymentMethod
from invoices.models import (
    Annex,
    Bill,
    DocumentFile,
    ExchangeRate,
    Fee,
    Invoice,
    MergePoint,
    MethodPoint,
    MinimumCharge,
)
from tests.factories import MONTH, NOW
from usage.choices import Coverage

FIRST = Month(2026, 1)
"""Since when accounts are."""
PDF = b"%PDF-1.7 made up"


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


def annex(*, bill: Bill) -> Annex:
    """An annex of a bill, without a line."""
    packed = gzip.compress(b"imsi\r\n")
    stored = files.put("annex", packed, suffix="csv.gz")
    return Annex.objects.create(
        bill=bill,
        name=f"{bill.coverage}.csv",
        sha256=hashlib.sha256(b"imsi\r\n").hexdigest(),
        size=6,
        stored_as=stored.name,
        made_at=NOW,
    )


def fees() -> None:
    """The fees of the catalogue that comes with the program."""
    with (settings.BASE_DIR / "catalog" / "fees.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            since, amount = Month.parse(row["since"]), Decimal(row["amount"])
            Fee.objects.create(kind=row["kind"], since=since, amount=amount)


def pdf(*, invoice: Invoice) -> DocumentFile:
    """The file of a document, as if it had been printed: `PDF`."""
    stored = files.put("pdf", PDF, suffix="pdf")
    return DocumentFile.objects.create(
        invoice=invoice,
        sha256=stored.sha256,
        size=stored.size,
        stored_as=stored.name,
        made_with="test",
        made_at=NOW,
    )
