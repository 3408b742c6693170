"""The definitions of the documented systems, and whether an answer is as one of them says.

They lie beside the repository (`../shared/contracts`). Stricter than they are: a property that they
do not name is wrong too. Milder: a property that need not be there may be null, as in their own
examples.
"""

import gzip
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

FOLDER = Path(__file__).parents[3] / "shared" / "contracts"
SOURCES = {"pelion": "pelion-billing.swagger.yaml", "soracom": "soracom-billing.openapi.yaml"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

needed = pytest.mark.skipif(not FOLDER.exists(), reason="../shared/contracts is not there")


def _is_instant(value: object) -> bool:
    """RFC 3339 with milliseconds, in UTC (domain.md §2)."""
    return not isinstance(value, str) or bool(INSTANT.fullmatch(value))


formats = FormatChecker(formats=())
formats.checks("date-time")(_is_instant)


@cache
def definition(system: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / SOURCES[system]).read_text())
    return found


def check(system: str, method: str, path: str, response: Any) -> Any:
    """Return the answer's JSON; fail where status or body are not of the definition.

    `path` is as in the definition. Statuses that every API has and the definition leaves out
    (401, 429…) must have a body all the same; it is returned unchecked.
    """
    answers = definition(system)["paths"][path][method.lower()]["responses"]
    body = body_of(response)
    known = {str(status): answer for status, answer in answers.items()}
    answer = known.get(str(response.status_code))
    if answer is None:
        assert response.status_code >= 400, response.content
        return body
    schema = _schema(answer)
    if response.status_code == 204:
        assert body is None, body  # whatever the definition says that it has
    elif schema is not None:
        problems = errors(system, schema, body)
        assert not problems, problems
    return body


def body_of(response: Any) -> Any:
    """The JSON of an answer, unpacked; None if it has no body."""
    packed = response.get("Content-Encoding") == "gzip"
    content = gzip.decompress(response.content) if packed else response.content
    return json.loads(content) if content else None


def errors(system: str, schema: dict[str, Any], body: Any) -> list[str]:
    """Say what of a body is not as a schema of the definition has it."""
    validator = Draft202012Validator(_strict(schema, system), format_checker=formats)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(body)]


def _schema(answer: dict[str, Any]) -> dict[str, Any] | None:
    if "content" in answer:
        found: dict[str, Any] | None = answer["content"].get("application/json", {}).get("schema")
        return found
    return answer.get("schema")


def _strict(schema: Any, system: str, *, optional: bool = False) -> dict[str, Any]:
    """A schema as JSON Schema has it: references resolved, null and unknown names looked at."""
    if "$ref" in schema:
        target: Any = definition(system)
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        schema = target | {name: schema[name] for name in ("x-nullable",) if name in schema}
    found = {name: value for name, value in schema.items() if name not in {"example", "required"}}
    if "properties" in schema:
        required = schema.get("required", [])
        found["properties"] = {
            name: _strict(value, system, optional=name not in required)
            for name, value in schema["properties"].items()
        }
        found |= {"type": "object", "required": required, "additionalProperties": False}
    if "items" in schema:
        found["items"] = _strict(schema["items"], system)
    if optional or schema.get("x-nullable") or schema.get("nullable"):
        return {"anyOf": [{"type": "null"}, found]}
    return found
