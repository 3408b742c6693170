"""`-p tests.plugins.postgres`: the whole session runs on a private PostgreSQL.

A plugin, not a conftest, because pytest-django reads DATABASE_URL before any conftest.
"""

import os

import pytest

from tests import postgresql

USES_A_DATABASE = {"db", "transactional_db", "stage", "shared"}


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    os.environ["DATABASE_URL"] = postgresql.running().url("postgres")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what uses no database: it has run on SQLite, and nothing is different here."""
    without = [item for item in items if not _uses_a_database(item)]
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if _uses_a_database(item)]


def _uses_a_database(item: pytest.Item) -> bool:
    return (
        not isinstance(item, pytest.Function)
        or not USES_A_DATABASE.isdisjoint(item.fixturenames)
        or any(item.iter_markers("django_db"))
        or any(item.iter_markers("postgres"))
    )
