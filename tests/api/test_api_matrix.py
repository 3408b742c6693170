"""Who gets what at every address of the APIs: the matrix is the rule, and no address may be
missing. Callers are keys of the cast's accounts, by scope. The Soracom dialect has a matrix of its
own: tests/api/soracom/test_matrix.py.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.urls import URLResolver, get_resolver, reverse

from accounts.choices import Scope
from accounts.models import Account
from tests import factories
from tests.api.answers import CheckedClient

pytestmark = pytest.mark.django_db
EVERYTHING = tuple(Scope)
CALLERS: dict[str, tuple[str, tuple[Scope, ...]]] = {
    "stranger": ("STR", EVERYTHING),
    "tenant": ("TEN", EVERYTHING),
    "usage:read": ("AGG", (Scope.READ_USAGE,)),
    "billing:read": ("AGG", (Scope.READ_BILLING,)),
    "payment:write": ("AGG", (Scope.CHANGE_PAYMENT,)),
    "usage:write": ("AGG", (Scope.SEND_USAGE,)),
}
WHO = ("nobody", *CALLERS)
MONTH = "?month=2026-10"
HOURS = "?period=1d&interval=1h"
READS_USAGE = (401, 200, 403, 200, 403, 403, 403)
NO_REPORT = (401, 404, 403, 404, 403, 403, 403)

# namespace and name, method, arguments, query, and the status for each of WHO
MATRIX: list[tuple[str, str, dict[str, Any], str, tuple[int, ...]]] = [
    ("intake:records", "post", {}, "", (401, 200, 200, 403, 403, 403, 200)),
    ("intake:job", "get", {"pk": 1}, "", (401, 404, 404, 403, 403, 403, 404)),
    ("telit:commands", "post", {}, "", (200,) * 7),
    ("pelion:report", "get", {}, MONTH, NO_REPORT),
    ("pelion:active", "get", {}, MONTH, NO_REPORT),
    ("pelion:updates", "get", {}, MONTH, NO_REPORT),
    ("pelion:statistics", "get", {}, HOURS, READS_USAGE),
    ("pelion:packages", "get", {}, "", READS_USAGE),
    ("pelion:quota", "get", {}, "", READS_USAGE),
    ("pelion:history", "get", {}, "", READS_USAGE),
]
METHODS = ("get", "post", "put", "patch", "delete")
OTHERS = {"japan", "global"}
"""Coverages of the Soracom dialect."""


@pytest.mark.usefixtures("agg", "ten", "stray")
@pytest.mark.parametrize(("name", "method", "arguments", "query", "statuses"), MATRIX)
def test_every_address_answers_each_caller_as_the_matrix_says(
    name: str, method: str, arguments: dict[str, Any], query: str, statuses: tuple[int, ...]
) -> None:
    address = reverse(name, kwargs=arguments) + query
    with time_machine.travel(factories.NOW, tick=False):
        answers = tuple(_status(who, method, address) for who in WHO)
    assert dict(zip(WHO, answers, strict=True)) == dict(zip(WHO, statuses, strict=True))


def _status(who: str, method: str, address: str) -> int:
    headers = {}
    if who in CALLERS:
        account, scopes = CALLERS[who]
        _key, secret = factories.api_key(account=Account.objects.get(key=account), scopes=scopes)
        headers = {"Authorization": f"Bearer {secret}"}
    return int(getattr(CheckedClient(), method)(address, headers=headers).status_code)


def test_no_address_is_missing_from_the_matrix() -> None:
    assert set(_methods(get_resolver(), "")) == {(name, method) for name, method, *_ in MATRIX}


def _methods(resolver: URLResolver, space: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace not in {"admin", *OTHERS}:
                yield from _methods(entry, f"{entry.namespace}:" if entry.namespace else space)
        elif space and entry.name:
            name, view = f"{space}{entry.name}", getattr(entry.callback, "cls", None)
            yield from ((name, method) for method in METHODS if hasattr(view, method))
