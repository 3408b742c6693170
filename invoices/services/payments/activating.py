"""A customer asks that the card of a coverage is tried again, without registering another one."""

from datetime import datetime

from django.db import transaction

from accounts.models import Account
from accounts.services import audit
from invoices.services.payments.charging import charge_unpaid


def activate(*, account: Account, coverage: str, actor: str, now: datetime) -> int:
    """Begin a new round of attempts for all that is unpaid; return how many documents that is."""
    with transaction.atomic():
        documents = charge_unpaid(account_id=account.pk, coverage=coverage, card=None, now=now)
        audit.record(
            actor=actor,
            action="payment.activate",
            now=now,
            account_key=account.key,
            subject=coverage,
            detail={"documents": documents},
        )
    return documents
