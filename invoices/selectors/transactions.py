"""Documents as payments: what was paid by which, when and how (Soracom dialect)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.access import Access
from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.choices import ChargeState, PaymentEntryKind
from invoices.models import Charge, Invoice, InvoiceBill, PaymentEntry
from invoices.selectors.payment_status import PaymentStatus, of_documents

PAID_BY = {PaymentEntryKind.CARD: "card", PaymentEntryKind.TRANSFER: "transfer"}


@dataclass(frozen=True, slots=True)
class Transaction:
    """The payment of a document: the months that it bills, how it stands, and the last money that
    came in for it. `code` is why the last attempt to charge a card failed.
    """

    invoice: Invoice
    months: tuple[Month, ...]
    status: PaymentStatus
    paid_at: datetime | None
    paid_by: str
    code: str


def transactions(
    *, access: Access, account: Account, coverage: str, since: Month
) -> list[Transaction]:
    """The documents of a coverage since a month, latest first. Six queries."""
    return _of(_documents(access, account, coverage).filter(month__gte=since))


def transaction(
    *, access: Access, account: Account, coverage: str, since: Month, label: str
) -> Transaction:
    """One of them; raises Invoice.DoesNotExist."""
    found = _of(_documents(access, account, coverage).filter(month__gte=since, label=label))
    if not found:
        raise Invoice.DoesNotExist
    return found[0]


def _documents(access: Access, account: Account, coverage: str) -> QuerySet[Invoice]:
    seen = Invoice.objects.filter(account=account, account_id__in=access.money)
    return seen.filter(coverage__in=("", coverage)).defer("snapshot").order_by("-issue_date", "-pk")


def _of(rows: Iterable[Invoice]) -> list[Transaction]:
    invoices = list(rows)
    ids = [invoice.pk for invoice in invoices]
    standing = of_documents(invoice_ids=ids)
    months = _months(ids)
    paid = _paid(ids)
    failed = _failed(ids)
    return [
        Transaction(
            invoice=one,
            months=tuple(sorted(months.get(one.pk, {one.month}))),
            status=standing[one.pk],
            paid_at=paid.get(one.pk, (None, ""))[0],
            paid_by=paid.get(one.pk, (None, ""))[1],
            code=failed.get(one.pk, ""),
        )
        for one in invoices
    ]


def _months(ids: list[int]) -> dict[int, set[Month]]:
    found: dict[int, set[Month]] = {}
    links = InvoiceBill.objects.filter(invoice__in=ids)
    for invoice_id, month in links.values_list("invoice_id", "bill__month"):
        found.setdefault(invoice_id, set()).add(month)
    return found


def _paid(ids: list[int]) -> dict[int, tuple[datetime, str]]:
    rows = PaymentEntry.objects.filter(receivable__invoice__in=ids, kind__in=PAID_BY)
    entries = rows.order_by("number").values_list("receivable__invoice_id", "at", "kind")
    return {pk: (at, PAID_BY[PaymentEntryKind(kind)]) for pk, at, kind in entries}


def _failed(ids: list[int]) -> dict[int, str]:
    """Why the last attempt of each failed; nothing where the last one did not."""
    rows = Charge.objects.filter(receivable__invoice__in=ids).order_by("number")
    last = {pk: (state, code) for pk, state, code in rows.values_list(
        "receivable__invoice_id", "state", "code"
    )}  # fmt: skip
    return {pk: code for pk, (state, code) in last.items() if state == ChargeState.FAILED}
