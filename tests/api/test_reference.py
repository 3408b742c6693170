"""The reference of the APIs: whole, valid, and no more than the documented systems define."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import URLResolver, get_resolver
from openapi_spec_validator import validate

from billing_portal.common.api.views import DialectView, Unknown
from billing_portal.views.developers import schema
from tests.api.answers import path_of

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def said() -> Any:
    return json.loads(schema())


def operations(resolver: URLResolver, above: str = "") -> Iterator[tuple[str, str, str]]:
    """(route, path, method) of everything that a program can ask for."""
    for entry in resolver.url_patterns:
        route = above + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from operations(entry, route)
            continue
        view = getattr(entry.callback, "cls", None)
        if view is not None and issubclass(view, DialectView) and not issubclass(view, Unknown):
            yield from ((route, path_of(route), name) for name in METHODS & set(dir(view)))


def test_it_is_valid_and_made_without_a_warning(said: Any, tmp_path: Any) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "api.yaml"))
    validate(said)


def test_it_has_every_address_and_method_and_no_others(said: Any) -> None:
    there = {(path, name) for _route, path, name in operations(get_resolver())}
    assert there == {(path, name) for path, one in said["paths"].items() for name in one}


def test_addresses_of_global_are_said_as_a_server(said: Any) -> None:
    everywhere = [one for one in operations(get_resolver()) if one[0].startswith("g/")]
    assert everywhere
    for _route, path, name in everywhere:
        assert [one["url"] for one in said["paths"][path][name]["servers"]] == ["/", "/g"]
