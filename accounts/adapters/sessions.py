"""Sessions that a person ends from another one."""

from collections.abc import Iterable

from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.db import transaction

from accounts.services import audit
from billing_portal.common import clock


class SessionAdapter(DefaultUserSessionsAdapter):
    """Ends sessions, and says so in the audit trail."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        now = clock.now()
        with transaction.atomic():
            for session in sessions:
                audit.record(
                    actor=session.user.email,
                    action="session.end",
                    now=now,
                    subject=session.user.email,
                    detail={"ip": session.ip, "browser": session.user_agent},
                )
                session.end()
