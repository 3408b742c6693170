"""Second factors for tests: an app whose code is known at every instant, and recovery codes."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache

from accounts.models import User

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def add_app(person: User) -> Authenticator:
    """An authenticator app with SECRET, and recovery codes with it, as the page makes them."""
    RecoveryCodes.activate(person)
    return totp.TOTP.activate(person, SECRET).instance


def code_now(secret: str = SECRET, *, steps: int = 0) -> str:
    """What the app shows at this moment, or so many steps of 30 seconds later.

    A code works once, so earlier use is forgotten.
    """
    cache.clear()
    counter = int(time.time()) // 30 + steps
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def recovery_codes(person: User) -> list[str]:
    held = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    codes: list[str] = held.wrap().get_unused_codes()
    return codes
