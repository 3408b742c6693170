"""Whatever is sent to an address, nothing is a 5xx, and every answer is as it is defined.

Requests are made up from our reference, and from the definitions of the documented systems: right
ones and wrong ones, the same each time. The client holds each answer against both.
"""

import json
from copy import deepcopy
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import schemathesis
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from accounts.models import Account
from tests import factories
from tests.api import answers, contracts
from tests.api.answers import CheckedClient
from tests.api.conftest import Headers, SignIn
from tests.usage.packages import shelf

pytestmark = [pytest.mark.django_db, pytest.mark.once]
BELOW = {"reference": "", "pelion": "", "soracom": "/v1"}
PARTS = {"reference": 6, "pelion": 1, "soracom": 5}
"""In so many tests, so that they take turns with others."""

bounded = settings(
    max_examples=12,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def operations(system: str) -> list[Any]:
    """Every operation of a definition; none where it is not there."""
    if system == "reference":
        said = answers.reference()
    elif contracts.FOLDER.exists():
        said = contracts.definition(system)
    else:
        return []
    # It writes into what it is given.
    every: Any = schemathesis.openapi.from_dict(deepcopy(said)).get_all_operations()
    return [found.ok() for found in every]


def requests(operation: Any) -> st.SearchStrategy[Any]:
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    return st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))


def send(below: str, case: Any, headers: Headers) -> Any:
    query = urlencode(case.query or {}, doseq=True, errors="replace")
    path = quote(below + case.formatted_path, safe="/%", errors="replace")
    body = case.body if isinstance(case.body, (dict, list, str, int, float, bool)) else ""
    kind = case.media_type or "application/json"
    data = body if kind.endswith("ndjson") else json.dumps(body)
    return CheckedClient().generic(
        case.method, f"{path}?{query}", data, content_type=kind, headers=headers
    )


@pytest.fixture
def headers(soracom: SignIn, bearer: SignIn, agg: Account) -> Headers:
    """What opens every dialect, with every scope."""
    shelf.create(agg)
    with time_machine.travel(factories.NOW, tick=False):
        return soracom(agg) | bearer(agg)


@pytest.mark.parametrize(
    ("system", "part"), [(system, part) for system in PARTS for part in range(PARTS[system])]
)
def test_is_answered_as_it_is_defined(system: str, part: int, headers: Headers) -> None:
    for operation in operations(system)[part :: PARTS[system]]:

        @given(case=requests(operation))
        @bounded
        def ask(case: Any) -> None:
            with time_machine.travel(factories.NOW, tick=False):
                response = send(BELOW[system], case, headers)
            assert response.status_code < 500, (case.formatted_path, case.query, case.body)
            assert response.status_code == 204 or response["Content-Type"] == "application/json"

        ask()
