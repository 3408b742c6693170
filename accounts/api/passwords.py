"""Signing in by address and password: counted as in a browser, with the second factor if any."""

from datetime import datetime

from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from axes.utils import reset as forget_failures
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed, Throttled

from accounts.forms.signing import WRONG, SecondFactorForm
from accounts.models import Membership, User
from accounts.services import audit, factors
from billing_portal.common.visitor import ip_address

LOCKED = 3600
"""Seconds: AXES_COOLOFF_TIME."""


def membership_of(
    request: HttpRequest, *, email: str, password: str, code: str, account_key: str, now: datetime
) -> Membership:
    """Find the role of a person in the account that is named, or else in their first one.

    Raises AuthenticationFailed, and Throttled after too many wrong passwords.
    """
    person = _person(request, email, password)
    _second_factor(request, person, code)
    held = Membership.objects.filter(user=person).select_related("user", "account")
    if account_key:
        held = held.filter(account__key=account_key)
    found = held.order_by("account__team_name", "account__key").first()
    if found is None:
        raise AuthenticationFailed(str(WRONG))
    address = ip_address(request)
    forget_failures(ip=address, username=email.strip().lower())
    audit.record(
        actor=person.email, action="sign-in.api", now=now, account_key=found.account.key,
        detail={"ip": address},
    )  # fmt: skip
    return found


def _person(request: HttpRequest, email: str, password: str) -> User:
    found = authenticate(request, username=email, password=password) if email else None
    if getattr(request, "axes_locked_out", False):
        # Its middleware would answer with a page.
        request.axes_locked_out = False  # type: ignore[attr-defined]
        raise Throttled(LOCKED, _("Too many wrong passwords. Come again in an hour."))
    if not isinstance(found, User):
        raise AuthenticationFailed(str(WRONG))
    return found


def _second_factor(request: HttpRequest, person: User, code: str) -> None:
    if factors.are_missing(person):
        raise AuthenticationFailed(_("Set up a second factor in the portal first, or use a key."))
    if not factors.has_one(person):
        return
    if not code:
        text = _("Send the code of your second factor as mfaOTPCode, or use a key.")
        raise AuthenticationFailed(text)
    form = SecondFactorForm(data={"code": code}, user=person)
    if not form.is_valid():
        raise AuthenticationFailed(str(form.errors["code"][0]))
    form.authenticator.record_usage()
    signals.authenticator_used.send(
        sender=Authenticator, request=request, user=person, authenticator=form.authenticator,
        reauthenticated=False, passwordless=False,
    )  # fmt: skip
