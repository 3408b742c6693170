"""Money back to the card that was charged, out of the credit that a return invoice made."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import SYSTEM
from billing_portal.common import leases
from invoices.choices import ChargeState, CreditEntryKind, RefundState
from invoices.gateways import Charged, GatewayDown
from invoices.models import Charge, Receivable, Refund
from invoices.services.credits.ground import words
from invoices.services.payments import gateway, ledger
from invoices.services.payments.ledger import Source
from invoices.services.payments.refusals import BadAmount, NotTheirs

AGAIN = timedelta(minutes=5)


def begin(*, charge: Charge, amount_minor: int, reason: str, actor: str, now: datetime) -> Refund:
    """Take an amount out of the customer's credit to give it back to the card.

    The gateway is asked by the sweep. Raises BadAmount if it is more than was charged and not yet
    given back, or more than the customer has as credit: documents are corrected first.
    """
    why = words(reason, field="reason", required=True)
    with transaction.atomic():
        held = ledger.locked(receivable_ids=[charge.receivable_id])[charge.receivable_id]
        paid = Charge.objects.get(pk=charge.pk)
        if paid.state != ChargeState.SUCCEEDED:
            raise NotTheirs(_("Nothing was charged by this attempt."))
        if not 1 <= amount_minor <= left(charge=paid):
            raise BadAmount(_("That is more than was charged and not given back."), "amount")
        invoice = held.invoice
        credit = ledger.credit_of(account_id=invoice.account_id, currency=invoice.currency)
        source = Source(actor=actor, reason=why)
        ledger.move_credit(
            credit=credit,
            kind=CreditEntryKind.REFUND,
            amount_minor=-amount_minor,
            source=source,
            now=now,
            receivable=held,
        )
        refund = Refund.objects.create(
            charge=paid,
            key=f"refund-{uuid.uuid4().hex}",
            amount_minor=amount_minor,
            started_at=now,
            due_at=now,
            actor=actor,
            reason=why,
        )
        detail = {"amount_minor": amount_minor, "reason": why}
        audit.record(
            actor=actor, action="payment.refund", now=now, account_key=invoice.account.key,
            subject=invoice.label, detail=detail,
        )  # fmt: skip
    return refund


def of_document(
    *, receivable: Receivable, amount_minor: int, reason: str, actor: str, now: datetime
) -> Refund:
    """Give back what the card paid for a document; see `begin`."""
    paid = receivable.charges.filter(state=ChargeState.SUCCEEDED).order_by("-number").first()
    if paid is None:
        raise NotTheirs(_("No card paid for this document."))
    return begin(charge=paid, amount_minor=amount_minor, reason=reason, actor=actor, now=now)


def left(*, charge: Charge) -> int:
    """What of a charge was not given back, in minor units."""
    given = charge.refunds.exclude(state=RefundState.FAILED)
    back: int = given.aggregate(sum=Sum("amount_minor", default=0))["sum"]
    return charge.amount_minor - back


def due(*, now: datetime) -> QuerySet[Refund]:
    return leases.free(Refund.objects.filter(state=RefundState.STARTED), now).order_by("pk")


def work(*, refund_id: int, now: datetime) -> None:
    """Ask the gateway; what it refuses becomes credit again."""
    mine = Refund.objects.filter(pk=refund_id, state=RefundState.STARTED)
    if not leases.take(mine, now=now, seconds=settings.LEASE_SECONDS):
        return
    refund = Refund.objects.select_related("charge").get(pk=refund_id)
    try:
        result = gateway.chosen().refund(
            key=refund.key, charge=refund.charge.reference, amount_minor=refund.amount_minor
        )
    except GatewayDown as error:
        leases.fail(refund, error=str(error), now=now, delay=AGAIN)
        return
    _end(refund, is_done=isinstance(result, Charged), reference=result.reference, now=now)
    leases.release(Refund, [refund_id])


def _end(refund: Refund, *, is_done: bool, reference: str, now: datetime) -> None:
    with transaction.atomic():
        row = refund.charge.receivable_id
        invoice = ledger.locked(receivable_ids=[row])[row].invoice
        again = Refund.objects.select_for_update(of=("self",)).get(pk=refund.pk)
        if again.state != RefundState.STARTED:
            return
        again.state = RefundState.SUCCEEDED if is_done else RefundState.FAILED
        again.reference = reference
        again.save(update_fields=["state", "reference"])
        if is_done:
            return
        credit = ledger.credit_of(account_id=invoice.account_id, currency=invoice.currency)
        source = Source(actor=SYSTEM, reason="refused by the gateway")
        kind = CreditEntryKind.CORRECTION
        ledger.move_credit(
            credit=credit, kind=kind, amount_minor=again.amount_minor, source=source, now=now
        )
