"""Sending mails again that were given up or lost on their way."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import Mail
from accounts.services import audit


def send_again(*, ids: Iterable[int], actor: str, now: datetime) -> list[int]:
    """Make mails due at once, with all their attempts; return the ids of those that are.

    A mail that opens a door has no text any more once it was sent or given up, so it stays as it
    is: a new one is asked for instead. One that waits is only made due.
    """
    with transaction.atomic():
        chosen = Mail.objects.select_for_update().filter(pk__in=list(ids)).order_by("pk")
        done = Q(sent_at__isnull=False) | Q(given_up_at__isnull=False)
        rows = list(chosen.exclude(done, text=""))
        Mail.objects.filter(pk__in=[row.pk for row in rows]).update(
            sent_at=None, given_up_at=None, attempts=0, error="", due_at=now
        )
        for row in rows:
            audit.record(
                actor=actor,
                action="mail.again",
                now=now,
                account_key=row.account_key,
                subject=row.to,
                detail={"kind": row.kind, "mail": row.pk},
            )
    return [row.pk for row in rows]
