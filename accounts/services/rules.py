"""How the people of an account sign in: what its administrators decide."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account, User
from accounts.services import audit, factors


class NoFactorYourself(ValueError):
    """Who asks others for a second factor has none: they would lock themselves out first."""


def require_second_factor(
    *, account: Account, required: bool, person: User, now: datetime
) -> Account:
    """Ask everybody of the account for a second factor, or no longer.

    Who has none sets one up before the next page. Raises NoFactorYourself.
    """
    if required and not factors.has_one(person):
        raise NoFactorYourself(
            _("Set up a second factor for yourself first, so that you are not locked out.")
        )
    with transaction.atomic():
        found = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        if found.second_factor_required == required:
            return found
        found.second_factor_required = required
        found._history_date = now  # type: ignore[attr-defined]  # read by simple_history
        found.save(update_fields=["second_factor_required"])
        audit.record(
            actor=person.email,
            action="account.second-factor",
            now=now,
            account_key=found.key,
            subject=str(found),
            detail={"required": required},
        )
    return found
