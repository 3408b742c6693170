"""Who is locked out after too many wrong passwords, and letting them try again."""

from datetime import datetime

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.services import audit


def is_locked(*, person: User) -> bool:
    """Say whether some address on the network has used up its tries for this person.

    axes counts by name and address, and forgets by its own clock.
    """
    failures = AccessAttempt.objects.filter(username=_name(person))
    return bool(failures.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT).exists())


def unlock(*, person: User, actor: str, now: datetime) -> int:
    """Forget the wrong passwords of a person; return how many counts there were."""
    with transaction.atomic():
        forgotten: int = reset(username=_name(person))
        audit.record(
            actor=actor,
            action="sign-in.unlock",
            now=now,
            subject=person.email,
            detail={"counts": forgotten},
        )
    return forgotten


def _name(person: User) -> str:
    """As `accounts.adapters` names who tries to sign in."""
    return person.email.lower()
