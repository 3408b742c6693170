"""How the payment of bills stands, in the thirteen words of the Soracom dialect (docs/api.md).

The one place where they are derived, from the document that a bill is on now: from the last one
that took the place of the first.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from invoices.choices import BillState, DocumentKind, ReceivableState, RefundState
from invoices.models import Bill, Invoice, InvoiceBill, Receivable, Refund


class PaymentStatus(StrEnum):
    """As the definition has them. Nobody buys our receivables and no payment is called back, so
    that the last five never arise.
    """

    LESS_THAN_MINIMUM = "lessThanMinimumCharge"
    PAYING = "paying"
    CHARGING = "charging"
    PAID = "paid"
    FAIL = "fail"
    CANCELLED = "cancelled"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    REFUND_FAIL = "refund_fail"
    DELEGATING = "delegating_to_third_party"
    DELEGATED = "delegated_to_third_party"
    CANCELING = "canceling"
    CANCEL_FAILED = "cancel_failed"


_OF_STATE = {
    ReceivableState.OPEN: PaymentStatus.PAYING,
    ReceivableState.CHARGING: PaymentStatus.CHARGING,
    ReceivableState.PAID: PaymentStatus.PAID,
    ReceivableState.FAILED: PaymentStatus.FAIL,
    ReceivableState.CANCELLED: PaymentStatus.CANCELLED,
}
_OF_REFUND = {
    RefundState.STARTED: PaymentStatus.REFUNDING,
    RefundState.SUCCEEDED: PaymentStatus.REFUNDED,
    RefundState.FAILED: PaymentStatus.REFUND_FAIL,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How the payment of a bill stands, and on which document; "" before there is one."""

    status: PaymentStatus
    label: str = ""


def of_bills(*, bills: Iterable[Bill]) -> dict[int, Standing]:
    """How the payment of final bills of one account stands, by bill. Three queries or four."""
    closed = [bill for bill in bills if bill.state == BillState.CLOSED]
    found = {bill.pk: Standing(PaymentStatus.LESS_THAN_MINIMUM) for bill in closed}
    first = dict(InvoiceBill.objects.filter(bill__in=found).values_list("bill_id", "invoice_id"))
    newer = _newer({bill.account_id for bill in closed}) if first else {}
    last = {pk: _last(invoice_id, newer) for pk, invoice_id in first.items()}
    labels = dict(Invoice.objects.filter(pk__in=last.values()).values_list("pk", "label"))
    standing = of_documents(invoice_ids=labels)
    return found | {
        pk: Standing(standing[invoice_id], labels[invoice_id]) for pk, invoice_id in last.items()
    }


def of_documents(*, invoice_ids: Collection[int]) -> dict[int, PaymentStatus]:
    """How the payment of documents stands; paid where nothing was to be paid. Two queries."""
    found = dict.fromkeys(invoice_ids, PaymentStatus.PAID)
    rows = Receivable.objects.filter(invoice__in=found).values_list("invoice_id", "state")
    found |= {invoice_id: _OF_STATE[ReceivableState(state)] for invoice_id, state in rows}
    return found | _refunds(found)


def _refunds(invoice_ids: Collection[int]) -> dict[int, PaymentStatus]:
    """The last refund of each document, unless it gave back no more than a part."""
    found: dict[int, PaymentStatus] = {}
    rows = Refund.objects.filter(charge__receivable__invoice__in=invoice_ids).order_by("pk")
    columns = ("charge__receivable__invoice_id", "state", "amount_minor", "charge__amount_minor")
    for invoice_id, state, amount, charged in rows.values_list(*columns):
        if state != RefundState.SUCCEEDED or amount >= charged:
            found[invoice_id] = _OF_REFUND[RefundState(state)]
        else:
            found.pop(invoice_id, None)
    return found


def _newer(account_ids: Collection[int]) -> dict[int, int]:
    """Documents that took the place of another one, by that one."""
    rows = Invoice.objects.filter(account__in=account_ids, kind=DocumentKind.MODIFIED)
    pairs = rows.order_by("pk").values_list("corrects_id", "pk")
    return {corrected: pk for corrected, pk in pairs if corrected is not None}


def _last(invoice_id: int, newer: dict[int, int]) -> int:
    while invoice_id in newer:
        invoice_id = newer[invoice_id]
    return invoice_id
