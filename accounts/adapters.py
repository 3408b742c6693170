"""What Django and axes report about signing in, written to the audit trail.

`AccountsConfig.ready` calls `connect`.
"""

from typing import Any

from axes.helpers import get_failure_limit
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from accounts.models import User
from accounts.services import audit, viewing
from billing_portal.common import clock


def connect() -> None:
    """Listen to sign-in, failed sign-in, sign-out and lock-out."""
    user_logged_in.connect(signed_in, dispatch_uid="meisai.signed-in")
    user_login_failed.connect(failed, dispatch_uid="meisai.failed")
    user_logged_out.connect(signed_out, dispatch_uid="meisai.signed-out")
    user_locked_out.connect(locked_out, dispatch_uid="meisai.locked-out")


def login_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Name who tries to sign in, for axes: addresses differ in case only to the eye.

    Without this every spelling of one address had tries of its own (`AXES_USERNAME_CALLABLE`).
    """
    typed = (credentials or {}).get("username") or request.POST.get("username") or ""
    return str(typed).strip().lower()[: audit.LONGEST]


def signed_in(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    _record("sign-in", user.email, request)


def signed_out(request: HttpRequest, user: User | None, **_kwargs: Any) -> None:
    if user is not None:  # the session had ended already
        viewing.end(session=request.session, person=user, now=clock.now())
        _record("sign-out", user.email, request)


def failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_kwargs: Any) -> None:
    _record("sign-in.failed", str(credentials.get("username") or ""), request)


def locked_out(request: HttpRequest, username: str, **_kwargs: Any) -> None:
    """Record the failure that locks; axes sends its signal again for every later try."""
    limit = get_failure_limit(request, {"username": username})
    if getattr(request, "axes_failures_since_start", limit) == limit:
        _record("sign-in.locked", username, request)


def _record(action: str, actor: str, request: HttpRequest | None) -> None:
    address = "" if request is None else str(request.META.get("REMOTE_ADDR", ""))
    audit.record(actor=actor, action=action, now=clock.now(), detail={"ip": address})
