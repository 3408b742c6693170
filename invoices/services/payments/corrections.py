"""Corrections of what is open, by staff, with a reason."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from invoices.choices import PaymentEntryKind
from invoices.models import Receivable
from invoices.services.credits.ground import words
from invoices.services.payments import ledger, stops
from invoices.services.payments.ledger import Source
from invoices.services.payments.refusals import BadAmount


def correct(
    *,
    receivable: Receivable,
    kind: PaymentEntryKind,
    amount_minor: int,
    reason: str,
    actor: str,
    now: datetime,
) -> None:
    """Lower what is open of a document by an amount, or raise it by a negative one.

    Raises BadAmount if less than nothing, or more than the document asked for, would be open.
    """
    if not amount_minor:
        raise BadAmount(_("A correction of 0 changes nothing."), "amount")
    why = words(reason, field="reason", required=True)
    with transaction.atomic():
        held = ledger.locked(receivable_ids=[receivable.pk])[receivable.pk]
        source = Source(actor=actor, reason=why)
        ledger.enter(receivable=held, kind=kind, amount_minor=amount_minor, source=source, now=now)
        invoice = held.invoice
        stops.restore(account_id=invoice.account_id, label=invoice.label, now=now)
        detail = {"amount_minor": amount_minor, "open_minor": held.open_minor, "reason": why}
        audit.record(
            actor=actor, action="payment.correct", now=now, account_key=invoice.account.key,
            subject=invoice.label, detail=detail,
        )  # fmt: skip
