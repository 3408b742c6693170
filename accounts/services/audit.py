"""The audit trail: who did what, in words that outlive the rows it was done to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import AuditEntry

LONGEST = 254
BATCH = 2_000
SYSTEM = "system"
"""Who did it, where nobody did: the calendar, or an answer from outside."""


@dataclass(frozen=True, slots=True)
class Act:
    """One of many like acts: in which account, on what, and in plain JSON how."""

    account_key: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)


def record(
    *,
    actor: str,
    action: str,
    now: datetime,
    account_key: str = "",
    subject: str = "",
    detail: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write one entry; nothing can change or remove it.

    `actor` is an e-mail address or the name of a key, `action` a word such as `sign-in` or a pair
    such as `run.open`. `detail` must be plain JSON and must hold no secret. Text that somebody
    typed may be longer than the column, so it is cut.
    """
    return AuditEntry.objects.create(
        at=now,
        actor=_fit(actor, LONGEST),
        action=action,
        account_key=_fit(account_key, 64),
        subject=_fit(subject, LONGEST),
        detail=dict(detail or {}),
    )


def record_many(*, actor: str, action: str, now: datetime, acts: Iterable[Act]) -> None:
    """Write an entry for each of many like acts of one person."""
    AuditEntry.objects.bulk_create(
        (
            AuditEntry(
                at=now,
                actor=_fit(actor, LONGEST),
                action=action,
                account_key=_fit(act.account_key, 64),
                subject=_fit(act.subject, LONGEST),
                detail=dict(act.detail),
            )
            for act in acts
        ),
        batch_size=BATCH,
    )


def _fit(text: str, length: int) -> str:
    # PostgreSQL refuses the character NUL, and forms can bring it.
    return text.replace("\0", "")[:length]
