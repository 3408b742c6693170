"""The end of a customer. Accounts are ended, never deleted: their bills stay."""

from datetime import UTC, date, datetime, time

from django.db import transaction

from accounts.models import Account
from accounts.services import audit

LAST_SECOND = time(23, 59, 59)


def end(*, account: Account, day: date | None, actor: str, now: datetime) -> Account:
    """Say that this is the account's last day (UTC), or with None that it has not ended after all.

    The month of that day is the last one that is opened for it (usage.services.calendar); nothing
    is placed below it any more.
    """
    with transaction.atomic():
        held = Account.objects.select_for_update().get(pk=account.pk)
        ended = None if day is None else datetime.combine(day, LAST_SECOND, tzinfo=UTC)
        if held.ended_at == ended:
            return held
        held.ended_at = ended
        held.save()
        audit.record(
            actor=actor,
            action="account.end" if day else "account.go_on",
            now=now,
            account_key=held.key,
            subject=day.isoformat() if day else "",
        )
    return held
