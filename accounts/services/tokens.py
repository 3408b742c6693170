"""Short-lived tokens: signed, so that to read one costs no password hash and to issue one no write.

A token names the key or the person it was given to. It ends at its time, when its holder signs out,
and with what it stands for: a revoked key, a changed password, a role that was taken away.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.core import signing
from django.db import transaction
from django.utils.crypto import constant_time_compare, get_random_string

from accounts.models import Account, ApiKey, EndedToken, Membership, User
from accounts.services import factors
from accounts.services.keys import working

SALT = "meisai.api.token"
PREFIX = "api-"
DEFAULT = timedelta(days=1)
LONGEST = timedelta(days=2)
"""As the definition of the API says (contracts/soracom-billing.openapi.yaml)."""


class BadToken(Exception):
    """A token that opens nothing: forged, too old, ended, or of a key that no longer works."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a client sends back with each request, in two headers; both name the same nonce."""

    nonce: str
    text: str
    expires_at: datetime

    @property
    def api_key(self) -> str:
        return f"{PREFIX}{self.nonce}"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who a token was given to: a key, or a person in one of their accounts."""

    token: Token
    key: ApiKey | None = None
    membership: Membership | None = None

    @property
    def account(self) -> Account:
        held = self.key or self.membership
        assert held is not None  # noqa: S101 - `read` fills one of both
        return held.account


def issue(*, to: ApiKey | Membership, now: datetime, lasting: timedelta = DEFAULT) -> Token:
    """Issue a token to a key, or to a person in an account of theirs (with `user` loaded)."""
    ends = int((now + lasting).timestamp())
    nonce = get_random_string(32)
    kind, stamp = ("k", "") if isinstance(to, ApiKey) else ("p", _stamp(to.user))
    text = signing.Signer(salt=SALT).sign_object([kind, to.pk, nonce, ends, stamp])
    return Token(nonce, text, datetime.fromtimestamp(ends, UTC))


def read(*, api_key: str | None, text: str, now: datetime) -> Holder:
    """Find who a token was given to; raises BadToken. Two queries.

    `api_key` is what came with it; None in a dialect that sends a token alone.
    """
    try:
        kind, pk, nonce, ends, stamp = signing.Signer(salt=SALT).unsign_object(text)
    except (signing.BadSignature, ValueError) as error:
        raise BadToken from error
    token = Token(nonce, text, datetime.fromtimestamp(ends, UTC))
    fits = api_key is None or constant_time_compare(api_key, token.api_key)
    if token.expires_at <= now or not fits:
        raise BadToken
    if EndedToken.objects.filter(nonce=nonce).exists():
        raise BadToken
    holder = _of_key(token, pk, now) if kind == "k" else _of_person(token, pk, stamp)
    if holder is None:
        raise BadToken
    return holder


def end(*, token: Token) -> None:
    """Let a token open nothing any more."""
    with transaction.atomic():
        EndedToken.objects.get_or_create(
            nonce=token.nonce, defaults={"expires_at": token.expires_at}
        )


def forget(*, now: datetime) -> None:
    """Remove what is known of ended tokens that would have expired by now."""
    EndedToken.objects.filter(expires_at__lte=now).delete()


def _of_key(token: Token, pk: int, now: datetime) -> Holder | None:
    key = working(now=now).filter(pk=pk).first()
    return Holder(token, key=key) if key is not None else None


def _of_person(token: Token, pk: int, stamp: str) -> Holder | None:
    found = Membership.objects.filter(pk=pk, user__is_active=True)
    held = found.select_related("user", "account").first()
    if held is None or not constant_time_compare(stamp, _stamp(held.user)):
        return None
    return None if factors.are_missing(held.user) else Holder(token, membership=held)


def _stamp(person: User) -> str:
    """Something of the present password, so that tokens end when it is changed."""
    return sha256(person.get_session_auth_hash().encode()).hexdigest()[:16]
