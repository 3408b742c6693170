"""A program that reads and pays for AGG, whose October is closed and whose November is running."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest.mock import Mock

import pytest
from django.test import Client

from accounts.choices import Scope
from accounts.models import Account
from accounts.tasks import jobs
from tests.api import contracts
from tests.api.conftest import Headers, SignIn
from tests.portal.visitors import closed, november, real, real_once

__all__ = ["closed", "november", "real", "real_once"]


@dataclass(frozen=True, slots=True)
class Program:
    """A client that has signed in; every answer is held against the definition."""

    client: Client
    headers: Headers
    base: str = "/v1"

    def ask(self, method: str, path: str, typed: Any = None, **names: str) -> Any:
        """The response to a request for an address as the definition writes it; a query may follow
        it. `json` of what comes back is what was checked.
        """
        bare, _mark, query = path.partition("?")
        address = self.base + bare.format(**names) + (f"?{query}" if query else "")
        more = {} if typed is None else {"data": typed, "content_type": "application/json"}
        response = getattr(self.client, method)(address, headers=self.headers, **more)
        assert response.status_code < 500, response.content
        contracts.check("soracom", method, bare, response)
        return response

    def get(self, path: str, **names: str) -> Any:
        response = self.ask("get", path, **names)
        assert response.status_code == 200, response.content
        return response.json()


Enter = Callable[..., Program]


@pytest.fixture(autouse=True)
def broker(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """What would be sent to the broker."""
    delay = Mock()
    monkeypatch.setattr(jobs.make, "delay", delay)
    return delay


@pytest.fixture
def enter(client: Client, soracom: SignIn, november: None) -> Enter:
    """Sign in for an account, with all scopes or some."""

    def program(account: Account, *scopes: Scope, base: str = "/v1") -> Program:
        return Program(client, soracom(account, *scopes), base)

    return program


@pytest.fixture
def program(enter: Enter, agg: Account) -> Program:
    return enter(agg)
