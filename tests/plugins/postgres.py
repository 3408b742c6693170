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
    """Leave out what has run on SQLite and cannot differ here: what uses no database, and what
    says so by `once`.
    """
    kept = [item for item in items if _may_differ(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _may_differ(item: pytest.Item) -> bool:
    return not any(item.iter_markers("once")) and (
        not isinstance(item, pytest.Function)
        or not USES_A_DATABASE.isdisjoint(item.fixturenames)
        or any(item.iter_markers("django_db"))
        or any(item.iter_markers("postgres"))
    )
