"""Whatever is sent to an address of a definition, nothing is a 5xx, and every answer is JSON.

Requests are made up from the definitions themselves, right ones and wrong ones; the same each time.
"""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import schemathesis
import time_machine
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from accounts.models import Account
from tests import factories
from tests.api import contracts
from tests.api.conftest import Headers, SignIn
from tests.usage.packages import shelf

pytestmark = [pytest.mark.django_db, contracts.needed]
BELOW = {"pelion": "", "soracom": "/v1"}
EXAMPLES = 12

bounded = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def operations(system: str) -> list[Any]:
    """Every operation of a definition; none where it is not there."""
    if not contracts.FOLDER.exists():
        return []
    # It writes into what it is given.
    schema = schemathesis.openapi.from_dict(deepcopy(contracts.definition(system)))
    every: Any = schema.get_all_operations()
    return [found.ok() for found in every]


def requests(operation: Any) -> st.SearchStrategy[Any]:
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    return st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))


def each(system: str) -> Callable[[Any], Any]:
    found = operations(system)
    return pytest.mark.parametrize("operation", found, ids=lambda one: f"{one.method} {one.path}")


def send(system: str, case: Any, headers: Headers) -> Any:
    query = urlencode(case.query or {}, doseq=True, errors="replace")
    path = quote(BELOW[system] + case.formatted_path, safe="/%", errors="replace")
    has_body = isinstance(case.body, (dict, list, str, int, float, bool))
    data = json.dumps(case.body) if has_body else ""
    return Client().generic(
        case.method, f"{path}?{query}", data, content_type="application/json", headers=headers
    )


def check(system: str, case: Any, response: Any) -> None:
    assert response.status_code < 500, (case.formatted_path, case.query, case.body)
    assert response.status_code == 204 or response["Content-Type"] == "application/json"
    if system == "pelion" and response.status_code < 404:
        contracts.check(system, case.method, case.path, response)


@each("pelion")
def test_of_the_billing_api(operation: Any, bearer: SignIn, agg: Account) -> None:
    shelf.create(agg)
    headers = bearer(agg)

    @given(case=requests(operation))
    @bounded
    def ask(case: Any) -> None:
        with time_machine.travel(factories.NOW, tick=False):
            check("pelion", case, send("pelion", case, headers))

    ask()


@each("soracom")
def test_of_the_soracom_dialect(operation: Any, soracom: SignIn, agg: Account) -> None:
    with time_machine.travel(factories.NOW, tick=False):
        headers = soracom(agg)

    @given(case=requests(operation))
    @bounded
    def ask(case: Any) -> None:
        with time_machine.travel(factories.NOW, tick=False):
            check("soracom", case, send("soracom", case, headers))

    ask()
