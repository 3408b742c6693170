"""Who sends a request: a key, or a token that was issued to a key or to a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView
from structlog.contextvars import bind_contextvars

from accounts.access import Access, access_by
from accounts.choices import Role, Scope
from accounts.models import Account, ApiKey, Membership, User
from accounts.services import keys, tokens
from accounts.services.tokens import Token
from billing_portal.common import clock
from billing_portal.common.periods import Month

OF_ROLE = {
    Role.ADMIN: frozenset({Scope.READ_USAGE, Scope.READ_BILLING, Scope.CHANGE_PAYMENT}),
    Role.BILLING: frozenset({Scope.READ_USAGE, Scope.READ_BILLING, Scope.CHANGE_PAYMENT}),
    Role.VIEWER: frozenset({Scope.READ_USAGE, Scope.READ_BILLING}),
}
"""What a person may do by a token: what they may do in a browser, and send no usage."""


@dataclass(frozen=True, slots=True)
class Caller:
    """One request of a program. `name` is what the limits count by: k and the number of the key, or
    p and that of the person.
    """

    account: Account
    access: Access
    scopes: frozenset[str]
    now: datetime
    name: str
    token: Token | None = None
    person: User | None = None

    @property
    def month(self) -> Month:
        return Month.of(self.now)


class BearerKey(BaseAuthentication):
    """`Authorization: Bearer <secret>`: the key itself with every request."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Caller] | None:
        kind, _blank, secret = request.headers.get("Authorization", "").strip().partition(" ")
        if kind.lower() != "bearer":
            return None
        now = clock.now()
        key = keys.by_secret(secret=secret.strip(), now=now)
        if key is None:
            raise AuthenticationFailed(_("Access is denied."))
        return AnonymousUser(), of_key(key, now)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class TokenPair(BaseAuthentication):
    """`X-Soracom-API-Key` and `X-Soracom-Token`, as signing in gave them out."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Caller] | None:
        api_key = request.headers.get("X-Soracom-API-Key", "")
        text = request.headers.get("X-Soracom-Token", "")
        if not api_key and not text:
            return None
        now = clock.now()
        try:
            holder = tokens.read(api_key=api_key, text=text, now=now)
        except tokens.BadToken as error:
            raise AuthenticationFailed(_("The token is not valid. Sign in again.")) from error
        return AnonymousUser(), of_holder(holder, now)

    def authenticate_header(self, request: Request) -> str:
        return "X-Soracom-Token"


class InScope(BasePermission):
    """Let in who has signed in and may do what the view's `scope` names for the method."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.auth, Caller):
            return False
        scope = getattr(view, "scope", None)
        needs: Scope | None = scope(request.method) if scope else None
        if needs is not None and needs not in request.auth.scopes:
            said = _("This key may not do that. It would need the scope %(scope)s.")
            raise PermissionDenied(said % {"scope": needs.value})
        return True


def caller_of(request: Request) -> Caller:
    """Who sends a request that has passed InScope."""
    return cast("Caller", request.auth)


def is_let_in(*, name: str, account_id: int, now: datetime) -> bool:
    """Say whether who came under the name of a `Caller` would still be let in: the key works, or
    the person has a role in the account.
    """
    kind, pk = name[0], int(name[1:])
    if kind == "k":
        return keys.working(now=now).filter(pk=pk).exists()
    held = Membership.objects.filter(user_id=pk, account_id=account_id, user__is_active=True)
    return held.exists()


def of_holder(holder: tokens.Holder, now: datetime) -> Caller:
    if holder.key is not None:
        return of_key(holder.key, now, holder.token)
    held = holder.membership
    assert held is not None  # noqa: S101 - a token stands for one of both
    scopes = frozenset[str](OF_ROLE[Role(held.role)])
    access = _access(held.account, held.user.email, scopes, now)
    return Caller(
        held.account, access, scopes, now, f"p{held.user_id}", holder.token, person=held.user
    )


def of_key(key: ApiKey, now: datetime, token: Token | None = None) -> Caller:
    keys.note_use(key=key, now=now)
    scopes = frozenset(key.scopes)
    access = _access(key.account, str(key), scopes, now)
    return Caller(key.account, access, scopes, now, f"k{key.pk}", token)


def _access(account: Account, actor: str, scopes: frozenset[str], now: datetime) -> Access:
    bind_contextvars(account_id=account.pk)
    return access_by(account, actor=actor, scopes=scopes, month=Month.of(now))
