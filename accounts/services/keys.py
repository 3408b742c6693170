"""API keys: made, found by their secret, used and revoked.

A secret has 320 random bits, so a keyed hash of it keeps it as safe as a password hash would, and
costs nothing: what is stolen from the table opens no door without the secret key of the portal.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext as _

from accounts.choices import Scope
from accounts.models import Account, ApiKey
from accounts.services import audit

SALT = "meisai.api.key"
MOST_KEYS = 50
"""Keys of one account that work: a page that shows them all stays a page."""
NOTED = timedelta(minutes=1)
"""How exactly the last use is known: a key that is used all the time is written once a minute."""


class KeyRefused(ValueError):
    """No key is made; the message says why."""


def make(
    *,
    account: Account,
    name: str,
    scopes: Collection[Scope],
    expires_at: datetime | None,
    actor: str,
    now: datetime,
) -> tuple[ApiKey, str]:
    """Make a key and return it with its secret, which nobody can read again; raises KeyRefused."""
    secret = f"secret-{get_random_string(54)}"
    with transaction.atomic():
        Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        if working(now=now).filter(account=account).count() >= MOST_KEYS:
            text = _("This account has %(most)d keys that work. Revoke one that nobody uses.")
            raise KeyRefused(text % {"most": MOST_KEYS})
        key = ApiKey.objects.create(
            account=account,
            name=name,
            public_id=f"keyId-{get_random_string(32)}",
            digest=_digests(secret)[0],
            scopes=sorted(scopes),
            created_at=now,
            created_by=actor,
            expires_at=expires_at,
        )
        detail = {"scopes": key.scopes, "expires": expires_at and expires_at.isoformat()}
        _record("api_key.create", key, actor, now, detail)
    return key, secret


def revoke(*, key: ApiKey, actor: str, now: datetime) -> None:
    """Let a key open nothing any more, from this moment on. What is revoked stays so."""
    with transaction.atomic():
        found = ApiKey.objects.select_for_update().select_related("account").get(pk=key.pk)
        if found.revoked_at is None:
            found.revoked_at, found.revoked_by = now, actor[: audit.LONGEST]
            found.save(update_fields=["revoked_at", "revoked_by"])
            _record("api_key.revoke", found, actor, now, {})


def working(*, now: datetime) -> "QuerySet[ApiKey]":
    """Keys that are neither revoked nor past their end."""
    in_time = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    return ApiKey.objects.filter(in_time, revoked_at__isnull=True).select_related("account")


def by_secret(*, secret: str, now: datetime, public_id: str | None = None) -> ApiKey | None:
    """Return the working key that a secret opens, if it is the named one; in one query."""
    found = working(now=now).filter(digest__in=_digests(secret))
    return (found if public_id is None else found.filter(public_id=public_id)).first()


def note_use(*, key: ApiKey, now: datetime) -> None:
    """Remember when a key was last used."""
    if key.last_used_at is None or now - key.last_used_at >= NOTED:
        earlier = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now)
        ApiKey.objects.filter(earlier, pk=key.pk).update(last_used_at=now)


def _digests(secret: str) -> list[str]:
    """What is kept of a secret, by the present secret key of the portal and by earlier ones."""
    return [
        salted_hmac(SALT, secret, secret=portal, algorithm="sha256").hexdigest()
        for portal in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def _record(action: str, key: ApiKey, actor: str, now: datetime, detail: dict[str, object]) -> None:
    audit.record(
        actor=actor, action=action, now=now, account_key=key.account.key, subject=str(key),
        detail=detail,
    )  # fmt: skip
