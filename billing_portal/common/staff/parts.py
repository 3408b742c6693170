"""What an app adds to staff pages of an app below it, which knows nothing of it.

An account's page says how many devices and bills it has, and the overview says what needs somebody:
each app adds its own lines from its `admin` package.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of an account's page. `say` is asked only for who has the permission."""

    label: str | Promise
    permission: str
    say: Callable[[Any], SafeString | str]
    place: int = 0


@dataclass(frozen=True, slots=True)
class Need:
    """What waits for somebody: `count` of it at an instant, and where it is mended."""

    permission: str
    count: Callable[[datetime], int]
    text: Callable[[int], str | Promise]
    address: Callable[[datetime], str]
    level: str = "warning"


ACCOUNT_FACTS: list[Fact] = []
NEEDS: list[Need] = []


def facts_for(request: HttpRequest) -> list[Fact]:
    allowed = [fact for fact in ACCOUNT_FACTS if _may(request, fact.permission)]
    return sorted(allowed, key=lambda fact: fact.place)


def needs_for(request: HttpRequest) -> list[Need]:
    return [need for need in NEEDS if _may(request, need.permission)]


def _may(request: HttpRequest, permission: str) -> bool:
    return bool(request.user.has_perm(permission))
