"""What Django, axes and allauth report about signing in, written to the audit trail."""

from typing import Any

from allauth.account.signals import password_reset
from allauth.mfa import signals as factor_signals
from allauth.mfa.models import Authenticator
from axes.helpers import get_failure_limit
from axes.signals import user_locked_out
from axes.utils import reset as forget_failures
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from accounts.models import User
from accounts.services import addresses, audit, factors, viewing
from billing_portal.common import clock
from billing_portal.common.visitor import ip_address


def connect() -> None:
    """Listen to sign-in, failed sign-in, sign-out, lock-out and second factors."""
    user_logged_in.connect(signed_in, dispatch_uid="meisai.signed-in")
    user_login_failed.connect(failed, dispatch_uid="meisai.failed")
    user_logged_out.connect(signed_out, dispatch_uid="meisai.signed-out")
    user_locked_out.connect(locked_out, dispatch_uid="meisai.locked-out")
    password_reset.connect(unlock, dispatch_uid="meisai.unlock")
    factor_signals.authenticator_added.connect(factor_added, dispatch_uid="meisai.added")
    factor_signals.authenticator_removed.connect(factor_removed, dispatch_uid="meisai.removed")
    factor_signals.authenticator_reset.connect(factor_renewed, dispatch_uid="meisai.renewed")
    factor_signals.authenticator_used.connect(factor_used, dispatch_uid="meisai.used")
    factor_signals.authentication_failed.connect(factor_failed, dispatch_uid="meisai.no-factor")


def login_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Name who tries to sign in, for axes: addresses differ in case only to the eye.

    Without this every spelling of one address had tries of its own (`AXES_USERNAME_CALLABLE`).
    """
    given = credentials or {}
    # Asked before a try axes calls it by the field of the model.
    typed = given.get("username") or given.get(User.USERNAME_FIELD) or request.POST.get("username")
    return str(typed or "").strip().lower()[: audit.LONGEST]


def signed_in(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    addresses.mirror(person=user)
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


def unlock(user: User, **_kwargs: Any) -> None:
    """Who chose a new password by mail is who they say: failures with the old one do not count."""
    forget_failures(username=user.email.lower())


def factor_added(user: User, authenticator: Authenticator, **_kwargs: Any) -> None:
    _changed(user, authenticator, "added")


def factor_removed(user: User, authenticator: Authenticator, **_kwargs: Any) -> None:
    _changed(user, authenticator, "removed")


def factor_renewed(user: User, authenticator: Authenticator, **_kwargs: Any) -> None:
    _changed(user, authenticator, "reset")


def factor_used(user: User, authenticator: Authenticator, **_kwargs: Any) -> None:
    """A recovery code is used up, so it is told; the others are used every day."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        _changed(user, authenticator, "used")


def factor_failed(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    _record("second-factor.failed", user.email, request)


def _changed(person: User, authenticator: Authenticator, change: str) -> None:
    factors.note(person=person, kind=authenticator.type, change=change, now=clock.now())


def _record(action: str, actor: str, request: HttpRequest | None) -> None:
    address = "" if request is None else ip_address(request)
    audit.record(actor=actor, action=action, now=clock.now(), detail={"ip": address})
