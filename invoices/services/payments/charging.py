"""Charging cards: an attempt is written before the gateway is asked, and settled afterwards.

Between the two anything may happen. Whoever comes next finds the attempt and asks again with its
key; the gateway answers what became of it, and nothing is charged twice.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet

from accounts.services.audit import SYSTEM
from billing_portal.common.checkpoints import reached
from invoices.choices import ChargeState, PaymentEntryKind, PaymentMethod, ReceivableState
from invoices.gateways import Charged, Declined
from invoices.models import Card, Charge, Receivable
from invoices.selectors.cards import cards_for
from invoices.selectors.receivables import is_sale
from invoices.services.payments import gateway, ledger, news, stops
from invoices.services.payments.ledger import Source

NO_CARD = "no_card"
TO_CHARGE = (ReceivableState.OPEN, ReceivableState.CHARGING)


def waiting() -> QuerySet[Receivable]:
    """What cards are to be charged for, due or not."""
    return Receivable.objects.filter(
        method=PaymentMethod.CARD, state__in=TO_CHARGE, open_minor__gt=0
    )


def charge(*, receivable_id: int, now: datetime) -> None:
    """Make the next attempt for a document, or go on with the one that is under way.

    The caller has the lease of the receivable. Raises GatewayDown; the attempt then stays open.
    """
    attempt, is_new = _attempt(receivable_id, now)
    if attempt is None:
        return
    card, invoice = attempt.card, attempt.receivable.invoice
    reached("charge.started")
    result = gateway.chosen().charge(
        key=attempt.key,
        customer=card.customer,
        card=card.reference,
        amount_minor=attempt.amount_minor,
        currency=invoice.currency,
        label=invoice.label,
        asked_before=not is_new,
    )
    reached("charge.charged")
    settle(key=attempt.key, result=result, now=now)
    reached("charge.settled")


def settle(*, key: str, result: Charged | Declined, now: datetime) -> bool:
    """Write what became of an attempt; say whether that was news.

    Told twice it does nothing the second time. Money that came in after all counts, whatever was
    said before: what is not open any more becomes credit.
    """
    with transaction.atomic():
        asked = Charge.objects.filter(key=key).first()
        if asked is None:
            return False
        held = ledger.locked(receivable_ids=[asked.receivable_id])[asked.receivable_id]
        attempt = Charge.objects.select_for_update().get(pk=asked.pk)
        is_open = attempt.state == ChargeState.STARTED
        if attempt.state == ChargeState.SUCCEEDED or (isinstance(result, Declined) and not is_open):
            return False
        attempt.reference, attempt.ended_at = result.reference, now
        if isinstance(result, Charged):
            _succeed(held, attempt, now)
        else:
            _fail(held, attempt, result.code, now)
        return True


def charge_unpaid(*, account_id: int, coverage: str, card: Card | None, now: datetime) -> int:
    """Begin a new round of attempts for all that is unpaid of a coverage, with this card first.

    An attempt that is under way goes on, and orders have one round only. Returns how many documents
    that were.
    """
    rows = Receivable.objects.filter(
        method=PaymentMethod.CARD,
        state__in=(*TO_CHARGE, ReceivableState.FAILED),
        open_minor__gt=0,
        invoice__account=account_id,
        invoice__coverage__in=("", coverage),
        invoice__order__isnull=True,
    )
    with transaction.atomic():
        found = ledger.locked(receivable_ids=list(rows.values_list("pk", flat=True)))
        for row in found.values():
            if row.state == ReceivableState.FAILED:
                row.state = ReceivableState.OPEN
            row.tries, row.card, row.due_at = 0, card or row.card, now
            row.save(update_fields=["state", "tries", "card", "due_at"])
    return len(found)


def _attempt(receivable_id: int, now: datetime) -> tuple[Charge | None, bool]:
    with transaction.atomic():
        held = ledger.locked(receivable_ids=[receivable_id])[receivable_id]
        if held.state not in TO_CHARGE or not held.open_minor:
            return None, False
        begun = held.charges.filter(state=ChargeState.STARTED).select_related("card").first()
        if begun is not None:
            begun.receivable = held
            return begun, False
        card = _card(held)
        if card is None:
            _without_card(held, now)
            return None, False
        last = held.charges.aggregate(last=Max("number"))["last"] or 0
        held.state = ReceivableState.CHARGING
        held.save(update_fields=["state"])
        attempt = Charge.objects.create(
            receivable=held,
            number=last + 1,
            key=f"charge-{uuid.uuid4().hex}",
            card=card,
            amount_minor=held.open_minor,
            started_at=now,
        )
        return attempt, True


def _card(held: Receivable) -> Card | None:
    """The card whose turn it is: one for the first attempt and each retry, then the other."""
    cards = cards_for(account_id=held.invoice.account_id, coverage=held.invoice.coverage)
    cards.sort(key=lambda card: (card.pk != held.card_id, not card.is_default, card.slot))
    place = 0 if held.tries <= len(_retries(held)) else 1
    return cards[place] if place < len(cards) else None


def _retries(held: Receivable) -> Sequence[int]:
    """After how many days a card is tried again; never for an order, which is cancelled instead."""
    return () if is_sale(invoice=held.invoice) else settings.CHARGE_RETRY_DAYS


def _without_card(held: Receivable, now: datetime) -> None:
    """Nothing can be charged: look again every day, and after the due date the payment failed."""
    if now.date() > held.invoice.due_date or is_sale(invoice=held.invoice):
        _give_up(held, NO_CARD, now)
        return
    held.due_at = now + timedelta(days=1)
    held.save(update_fields=["due_at"])


def _succeed(held: Receivable, attempt: Charge, now: datetime) -> None:
    attempt.state, attempt.code = ChargeState.SUCCEEDED, ""
    attempt.save()
    source = Source(actor=SYSTEM, charge=attempt)
    kind = PaymentEntryKind.CARD
    ledger.take_in(
        receivable=held, kind=kind, amount_minor=attempt.amount_minor, source=source, now=now
    )
    if held.open_minor:  # more is asked for than when the attempt began
        held.state, held.due_at = ReceivableState.OPEN, now
    held.tries = 0
    held.save(update_fields=["state", "due_at", "tries"])
    news.paid(receivable=held, amount_minor=attempt.amount_minor, card=attempt.card, now=now)


def _fail(held: Receivable, attempt: Charge, code: str, now: datetime) -> None:
    attempt.state, attempt.code = ChargeState.FAILED, code[:64]
    attempt.save()
    if held.state != ReceivableState.CHARGING:  # paid in another way meanwhile
        return
    retries = _retries(held)
    held.tries += 1
    held.save(update_fields=["tries"])
    if held.tries > len(retries) and _card(held) is None:
        _give_up(held, code, now)
        return
    is_retry = held.tries <= len(retries)
    held.due_at = now + timedelta(days=retries[held.tries - 1]) if is_retry else now
    held.state = ReceivableState.OPEN
    held.save(update_fields=["state", "due_at"])
    if not is_sale(invoice=held.invoice):
        news.failed(receivable=held, card=attempt.card, code=code, now=now)


def _give_up(held: Receivable, code: str, now: datetime) -> None:
    """Features are switched off, but not for an order: nothing was delivered for it."""
    if is_sale(invoice=held.invoice):
        held.state = ReceivableState.FAILED
        held.save(update_fields=["state"])
        return
    held.state, held.given_up_at = ReceivableState.FAILED, now
    held.save(update_fields=["state", "given_up_at"])
    label = held.invoice.label
    stops.stop(account_id=held.invoice.account_id, label=label, now=now)
    news.given_up(receivable=held, code=code, now=now)
