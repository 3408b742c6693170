"""Fixtures that open stages (tests/processes.py)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests import processes
from tests.databases import Backend
from tests.processes import Stage


@pytest.fixture
def stage(
    request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> Iterator[Stage]:
    """A stage on SQLite, or on what the test is parametrized with:

    @pytest.mark.parametrize("stage", ["sqlite", "postgresql"], indirect=True)
    """
    backend: Backend = getattr(request, "param", "sqlite")
    with processes.opened(tmp_path, backend=backend, unblock=django_db_blocker.unblock) as opened:
        yield opened


@pytest.fixture
def shared(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """A stage on the kind of database that this session has."""
    backend: Backend = "postgresql" if connection.vendor == "postgresql" else "sqlite"
    with processes.opened(tmp_path, backend=backend, unblock=django_db_blocker.unblock) as opened:
        yield opened
