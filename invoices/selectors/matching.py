"""Which documents a bank transfer may be for: by amount, and by names known of its payer."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q

from invoices.models import BankTransfer, PayerName, Receivable
from invoices.selectors.receivables import UNPAID

MOST = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that a transfer may pay, and what of it fits."""

    receivable: Receivable
    same_amount: bool
    same_name: bool


def candidates(*, transfer: BankTransfer, fold: Callable[[str], str]) -> list[Candidate]:
    """Open documents with the amount or the payer of a transfer, the likeliest first.

    Both are the best, then the name, then the amount; then the earliest due date.
    """
    name = fold(transfer.payer)
    known = set(PayerName.objects.filter(name=name).values_list("account", flat=True))
    fits = Q(open_minor=transfer.left_minor) | Q(invoice__account__in=known)
    rows = Receivable.objects.filter(
        fits, state__in=UNPAID, open_minor__gt=0, invoice__currency=transfer.currency
    ).select_related("invoice__account")
    found = [
        Candidate(
            row,
            row.open_minor == transfer.left_minor,
            row.invoice.account_id in known or name in _names(row, fold),
        )
        for row in rows.defer("invoice__snapshot").order_by("invoice__due_date", "pk")[:200]
    ]
    return sorted(found, key=lambda each: (not each.same_name, not each.same_amount))[:MOST]


def _names(row: Receivable, fold: Callable[[str], str]) -> set[str]:
    account = row.invoice.account
    texts = (row.invoice.counterparty, account.organization, account.team_name)
    return {fold(text) for text in texts if text}
