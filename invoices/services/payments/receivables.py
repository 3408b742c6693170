"""What is to be paid for a document begins, and what its corrections make of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings

from accounts.services.audit import SYSTEM
from billing_portal.common.loading import load_keyed
from invoices.choices import (
    CreditEntryKind,
    DocumentKind,
    PaymentEntryKind,
    PaymentMethod,
    ReceivableState,
)
from invoices.models import CustomerCredit, Invoice, Receivable, Reminder
from invoices.services.payments import ledger, stops
from invoices.services.payments.ledger import Source

METHODS = {
    DocumentKind.STATEMENT.value: PaymentMethod.CARD,
    DocumentKind.INVOICE.value: PaymentMethod.INVOICE,
}


def open_for(*, invoices: Sequence[Invoice], now: datetime) -> None:
    """Begin the receivables of new documents, in the transaction that issues them.

    Statements are charged to a card, invoices are paid by transfer and get their reminders. One
    with nothing due is paid. What a customer has as credit pays first. A modified invoice takes
    over what was paid for the one that it corrects; a return invoice lowers what is open of it, and
    what was paid too much becomes credit. Five queries for any number of documents, and some more
    for each with a credit or a correction.
    """
    new = [invoice for invoice in invoices if invoice.kind in METHODS]
    _begin([(invoice, METHODS[invoice.kind]) for invoice in new], now)
    for invoice in invoices:
        if invoice.kind == DocumentKind.MODIFIED:
            _replace(invoice, now)
        elif invoice.kind == DocumentKind.RETURN:
            _give_back(invoice, now)


def _begin(wanted: Iterable[tuple[Invoice, str]], now: datetime) -> list[Receivable]:
    rows = [
        Receivable(
            invoice=invoice,
            method=method,
            amount_minor=invoice.due_minor,
            open_minor=invoice.due_minor,
            state=ReceivableState.OPEN if invoice.due_minor > 0 else ReceivableState.PAID,
            due_at=now,
        )
        for invoice, method in wanted
    ]
    load_keyed(rows, by="invoice_id")
    Reminder.objects.bulk_create(
        Reminder(receivable=row, days=days, on=row.invoice.due_date + timedelta(days=days))
        for row in rows
        if row.method == PaymentMethod.INVOICE and row.open_minor > 0
        for days in settings.REMINDER_DAYS
    )
    _pay_by_credit(rows, now)
    return rows


def _pay_by_credit(rows: Sequence[Receivable], now: datetime) -> None:
    accounts = {row.invoice.account_id for row in rows if row.open_minor > 0}
    rows_of_credit = CustomerCredit.objects.filter(account__in=accounts, left_minor__gt=0)
    held = {
        (credit.account_id, credit.currency): credit
        for credit in rows_of_credit.select_for_update().order_by("pk")
    }
    for row in rows:
        credit = held.get((row.invoice.account_id, row.invoice.currency))
        if credit is not None and row.open_minor > 0:
            ledger.use_credit(receivable=row, credit=credit, now=now)


def _replace(document: Invoice, now: datetime) -> None:
    """A modified invoice: nothing more is open of the old one, and its money pays the new one."""
    old = _corrected(document)
    if old is None:
        _begin([(document, PaymentMethod.INVOICE)], now)
        return
    paid = old.amount_minor - old.open_minor
    source = Source(actor=SYSTEM, document=document)
    _to_credit(old, paid, source, now)
    moved, rest = PaymentEntryKind.MOVED, old.open_minor
    ledger.enter(receivable=old, kind=moved, amount_minor=rest, source=source, now=now)
    _begin([(document, old.method)], now)


def _give_back(document: Invoice, now: datetime) -> None:
    """A return invoice: less is open, and money that is not needed any more was paid too much.

    What staff wrote off was never paid, so it does not come back.
    """
    old = _corrected(document)
    if old is None:
        return
    amount = min(-document.due_minor, old.amount_minor)
    source = Source(actor=SYSTEM, document=document)
    too_much = min(amount - old.open_minor, ledger.money_in(receivable=old))
    _to_credit(old, max(too_much, 0), source, now)
    lowers = min(amount, old.open_minor)
    if lowers > 0:
        ledger.enter(
            receivable=old,
            kind=PaymentEntryKind.RETURN,
            amount_minor=lowers,
            source=source,
            now=now,
        )
        stops.restore(account_id=document.account_id, label=document.label, now=now)


def _to_credit(old: Receivable, amount: int, source: Source, now: datetime) -> None:
    """Take money that was paid for a document out of it, and keep it as the customer's credit."""
    if amount <= 0:
        return
    ledger.enter(
        receivable=old,
        kind=PaymentEntryKind.EXCESS,
        amount_minor=-amount,
        source=source,
        now=now,
    )
    held = ledger.credit_of(account_id=old.invoice.account_id, currency=old.invoice.currency)
    ledger.move_credit(
        credit=held,
        kind=CreditEntryKind.RETURN,
        amount_minor=amount,
        source=source,
        now=now,
        receivable=old,
    )


def _corrected(document: Invoice) -> Receivable | None:
    rows = Receivable.objects.filter(invoice=document.corrects_id)
    held = ledger.locked(receivable_ids=list(rows.values_list("pk", flat=True)))
    return next(iter(held.values()), None)
