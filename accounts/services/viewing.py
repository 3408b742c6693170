"""Staff looking at the pages of a customer as the customer sees them.

Where somebody looks stands in their session, so it ends with it at the latest. Both ends are in the
audit trail under the name of the member of the staff.
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Account, User
from accounts.services import audit

VIEWING = "viewing"
"""The session's key for the id of the account that is looked at."""
SINCE = "viewing-since"

LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Look:
    """At which account, and since when."""

    account_id: int
    since: datetime | None


def look_of(session: Mapping[str, Any]) -> Look | None:
    """Where somebody looks, as their session says; None if nowhere."""
    if VIEWING not in session:
        return None
    since = session.get(SINCE)
    return Look(int(session[VIEWING]), datetime.fromisoformat(since) if since else None)


def begin(
    *,
    session: MutableMapping[str, Any],
    person: User,
    account: Account,
    reason: str,
    now: datetime,
) -> None:
    """Look at the pages of this account from now on, instead of any other."""
    end(session=session, person=person, now=now)
    audit.record(
        actor=person.email,
        action="view-as.begin",
        now=now,
        account_key=account.key,
        subject=account.team_name,
        detail={"reason": reason.replace("\0", "")[:LONGEST_REASON]} if reason else {},
    )
    session[VIEWING], session[SINCE] = account.pk, now.isoformat()


def end(*, session: MutableMapping[str, Any], person: User, now: datetime) -> Account | None:
    """Look no more; return the account that was looked at, None if there was none."""
    look = look_of(session)
    if look is None:
        return None
    del session[VIEWING]
    session.pop(SINCE, None)
    account = Account.objects.filter(pk=look.account_id).first()
    if account is not None:
        audit.record(
            actor=person.email,
            action="view-as.end",
            now=now,
            account_key=account.key,
            subject=account.team_name,
            detail={"minutes": int((now - look.since).total_seconds() // 60)} if look.since else {},
        )
    return account
