"""Entries of receivables and of customers' credits: locked, added up, never below zero.

Lock order: receivables, then credits, each by key, then the account.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from accounts.services.audit import SYSTEM
from invoices.choices import CreditEntryKind, PaymentEntryKind, ReceivableState
from invoices.models import (
    BankTransfer,
    Charge,
    CustomerCredit,
    CustomerCreditEntry,
    Invoice,
    PaymentEntry,
    Receivable,
)
from invoices.services.payments import stops
from invoices.services.payments.refusals import BadAmount


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where money comes from, who says so, and why."""

    actor: str
    charge: Charge | None = None
    transfer: BankTransfer | None = None
    document: Invoice | None = None
    reason: str = ""


def locked(*, receivable_ids: Collection[int]) -> dict[int, Receivable]:
    """Lock receivables in the order of their keys, with their documents and accounts."""
    rows = Receivable.objects.filter(pk__in=receivable_ids).order_by("pk")
    held = rows.select_for_update(of=("self",)).select_related("invoice__account")
    return {row.pk: row for row in held.defer("invoice__snapshot")}


def enter(
    *,
    receivable: Receivable,
    kind: PaymentEntryKind,
    amount_minor: int,
    source: Source,
    now: datetime,
) -> PaymentEntry:
    """Write one movement of a locked receivable; what lowers the open amount is positive.

    Raises BadAmount if it would leave less than nothing, or more than the document asked for.
    """
    left = receivable.open_minor - amount_minor
    if not 0 <= left <= receivable.amount_minor:
        raise BadAmount(_("That is more than is open, or more than was paid."), "amount")
    last = receivable.entries.aggregate(last=Max("number"))["last"] or 0
    entry = PaymentEntry.objects.create(
        receivable=receivable,
        number=last + 1,
        kind=kind,
        amount_minor=amount_minor,
        left_minor=left,
        charge=source.charge,
        transfer=source.transfer,
        document=source.document,
        at=now,
        actor=source.actor,
        reason=source.reason,
    )
    receivable.open_minor, receivable.state = left, _state(receivable, kind, left)
    receivable.save(update_fields=["open_minor", "state"])
    return entry


def take_in(
    *,
    receivable: Receivable,
    kind: PaymentEntryKind,
    amount_minor: int,
    source: Source,
    now: datetime,
) -> int:
    """Let money pay a locked receivable; what is above the open amount becomes credit.

    Returns how much became credit.
    """
    pays = min(amount_minor, receivable.open_minor)
    if pays > 0:
        enter(receivable=receivable, kind=kind, amount_minor=pays, source=source, now=now)
    if receivable.open_minor == 0:
        invoice = receivable.invoice
        stops.restore(account_id=invoice.account_id, label=invoice.label, now=now)
    excess = amount_minor - pays
    if excess > 0:
        held = credit_of(account_id=receivable.invoice.account_id,
                         currency=receivable.invoice.currency)  # fmt: skip
        move_credit(
            credit=held,
            kind=CreditEntryKind.EXCESS,
            amount_minor=excess,
            source=source,
            now=now,
            receivable=receivable,
        )
    return excess


def credit_of(*, account_id: int, currency: str) -> CustomerCredit:
    """The credit of an account in a currency, locked; made when it is missing."""
    CustomerCredit.objects.get_or_create(account_id=account_id, currency=currency)
    rows = CustomerCredit.objects.select_for_update(of=("self",)).select_related("account")
    return rows.get(account_id=account_id, currency=currency)


def move_credit(
    *,
    credit: CustomerCredit,
    kind: CreditEntryKind,
    amount_minor: int,
    source: Source,
    now: datetime,
    receivable: Receivable | None = None,
) -> CustomerCreditEntry:
    """Write one movement of a locked credit. Raises BadAmount if it would go below zero."""
    left = credit.left_minor + amount_minor
    if left < 0:
        raise BadAmount(_("The customer has less credit than that."), "amount")
    last = credit.entries.aggregate(last=Max("number"))["last"] or 0
    entry = CustomerCreditEntry.objects.create(
        credit=credit,
        number=last + 1,
        kind=kind,
        amount_minor=amount_minor,
        left_minor=left,
        receivable=receivable,
        at=now,
        actor=source.actor,
        reason=source.reason,
    )
    credit.left_minor = left
    credit.save(update_fields=["left_minor"])
    return entry


def use_credit(*, receivable: Receivable, credit: CustomerCredit, now: datetime) -> int:
    """Let a locked credit pay a locked receivable as far as it goes; return how much that was."""
    amount = min(credit.left_minor, receivable.open_minor)
    if amount > 0:
        source = Source(actor=SYSTEM)
        move_credit(
            credit=credit,
            kind=CreditEntryKind.USE,
            amount_minor=-amount,
            source=source,
            now=now,
            receivable=receivable,
        )
        kind = PaymentEntryKind.CREDIT
        enter(receivable=receivable, kind=kind, amount_minor=amount, source=source, now=now)
    return amount


def money_in(*, receivable: Receivable) -> int:
    """How much of what is not open any more came as money, by this document or an earlier one."""
    rows = receivable.entries.filter(kind__in=_MONEY)
    paid: int = rows.aggregate(sum=Sum("amount_minor", default=0))["sum"]
    return paid


def _state(receivable: Receivable, kind: PaymentEntryKind, left: int) -> str:
    """Call it after the entry was written."""
    if kind == PaymentEntryKind.MOVED:
        return ReceivableState.CANCELLED
    if left == 0:
        is_paid = money_in(receivable=receivable) != 0
        return ReceivableState.PAID if is_paid else ReceivableState.CANCELLED
    ended = (ReceivableState.PAID, ReceivableState.CANCELLED)
    return ReceivableState.OPEN if receivable.state in ended else receivable.state


_MONEY = (
    PaymentEntryKind.CARD,
    PaymentEntryKind.TRANSFER,
    PaymentEntryKind.CREDIT,
    PaymentEntryKind.EXCESS,
)
