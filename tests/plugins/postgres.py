"""`-p tests.plugins.postgres`: the whole session runs on a private PostgreSQL.

A plugin, not a conftest, because pytest-django reads DATABASE_URL before any conftest.
"""

import os

import pytest

from tests import postgresql


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    os.environ["DATABASE_URL"] = postgresql.running().url("postgres")
