"""How a person signs in, as their own page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator

from accounts.models import Account, User


@dataclass(frozen=True, slots=True)
class Factor:
    """An app or a key; `pk` names a key in the addresses of its pages."""

    pk: int
    name: str
    added: datetime
    used: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """The second factors of a person. `codes` are recovery codes left, None without any."""

    app: Factor | None
    keys: Sequence[Factor]
    codes: int | None

    @property
    def any(self) -> bool:
        return self.app is not None or bool(self.keys)


def factors(*, person: User) -> Factors:
    """In one query. Nothing secret is read."""
    rows = list(Authenticator.objects.filter(user=person).order_by("created_at", "pk"))
    apps = [_factor(row) for row in rows if row.type == Authenticator.Type.TOTP]
    keys = [_factor(row) for row in rows if row.type == Authenticator.Type.WEBAUTHN]
    codes = [_left(row) for row in rows if row.type == Authenticator.Type.RECOVERY_CODES]
    return Factors(apps[0] if apps else None, keys, codes[0] if codes else None)


def asking(*, person: User) -> list[Account]:
    """The accounts of the person that ask for a second factor."""
    rows = Account.objects.filter(memberships__user=person, second_factor_required=True)
    return list(rows.order_by("team_name", "key"))


def _factor(row: Authenticator) -> Factor:
    return Factor(row.pk, str(row.data.get("name", "")), row.created_at, row.last_used_at)


def _left(row: Authenticator) -> int:
    used = int(row.data.get("used_mask", 0))
    return int(app_settings.RECOVERY_CODE_COUNT) - used.bit_count()
