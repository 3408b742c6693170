"""How often somebody may ask: settings, and a count that all processes share."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

CACHE = "limits"
WINDOW = 60
"""Seconds in which requests are counted."""
DEFAULTS = {"read": 6_000, "sign_in": 1_200, "export": 60, "intake": 1_200, "at_once": 6}
"""Requests a minute: of one key at one address; of sign-ins, from one place. `at_once` is how many
posts of usage are taken in at the same time.
"""


def settings(number: Callable[[str, int], int]) -> dict[str, int]:
    """Requests a minute by kind. `number` reads a variable, or takes its default."""
    return {name: number(f"MEISAI_API_{name.upper()}", usual) for name, usual in DEFAULTS.items()}


def cache(*, broker: str, otherwise: Mapping[str, Any]) -> dict[str, Any]:
    """The cache of the counts: in the broker's memory if it is a Redis or Valkey.

    A count is worth no write to the disk; what is lost with the broker is a minute's counts.
    """
    parts = urlsplit(broker)
    if parts.scheme == "redis+socket":
        number = parse_qs(parts.query).get("virtual_host", ["0"])[0]
        broker = f"unix://{unquote(parts.path)}?db={number}"
    elif parts.scheme not in {"redis", "rediss"}:
        return dict(otherwise)
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": broker,
        "KEY_PREFIX": "meisai.limits",
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
