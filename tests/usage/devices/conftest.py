"""Pages of devices, on 2 November 2026."""

import pytest
from django.test import Client

from accounts.models import User
from billing_portal.common.clock import VARIABLE
from tests import factories


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, factories.NOW.isoformat())


@pytest.fixture
def clerk(client: Client, aggregator: User) -> Client:
    """The browser of AGG's administrator."""
    client.force_login(aggregator)
    return client
