"""Every answer of an API that a test gets is held against its definitions: our own reference, and
those of the documented systems where they lie beside the repository.
"""

import json
import re
from functools import cache
from typing import Any

from django.test import Client
from openapi_schema_validator import OAS31Validator

from billing_portal.views.developers import schema
from tests.api import contracts

DIALECTS = {"/v1": "soracom", "/v3": "pelion"}


class CheckedClient(Client):
    """Fails the test by an answer that is not as it is defined."""

    def request(self, **request: Any) -> Any:
        response: Any = super().request(**request)
        match = response.resolver_match
        path, method = path_of(match.route) if match else "", request["REQUEST_METHOD"].lower()
        if method in reference()["paths"].get(path, {}):
            hold(method, path, response)
        return response


def path_of(route: str) -> str:
    """The address of the reference for a route of Django, of whichever coverage."""
    return "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route.removeprefix("g/"))


def hold(method: str, path: str, response: Any) -> None:
    answers = reference()["paths"][path][method]["responses"]
    status = str(response.status_code)
    assert status in answers, f"{method} {path} answers {status}: {response.content!r}"
    body = contracts.body_of(response)
    if "content" in answers[status]:
        problems = [one.message for one in _validator(method, path, status).iter_errors(body)]
        assert not problems, (method, path, status, problems)
    else:
        assert body is None, (method, path, status, body)
    system = DIALECTS.get(path[:3], "")
    defined = system and _defined(system).get(_bare(path, system))
    if defined:
        contracts.check(system, method, defined, response)


@cache
def reference() -> dict[str, Any]:
    """Ours, stricter: what it does not name is wrong."""
    said: dict[str, Any] = json.loads(schema())
    for one in said["components"]["schemas"].values():
        if "properties" in one:
            one["additionalProperties"] = False
    return said


@cache
def _validator(method: str, path: str, status: str) -> OAS31Validator:
    said = reference()
    content = said["paths"][path][method]["responses"][status]["content"]
    whole = content["application/json"]["schema"] | {"components": said["components"]}
    return OAS31Validator(whole)


@cache
def _defined(system: str) -> dict[str, str]:
    """Addresses of a definition by what they are without the names of their parts."""
    if not contracts.FOLDER.exists():
        return {}
    return {_bare(path): path for path in contracts.definition(system)["paths"]}


def _bare(path: str, system: str = "") -> str:
    return re.sub(r"\{\w+\}", "{}", path.removeprefix("/v1") if system == "soracom" else path)
