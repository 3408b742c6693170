"""What every test has: the fixed cast, and a world in which frozen tables can be emptied."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from tests import databases

pytest_plugins = ["tests.cast", "tests.stages"]

# A busy machine is no counterexample, and a landing is no lottery: the examples are the same until
# a test changes. `--hypothesis-profile=random` looks for others (docs/checklists.md).
hypothesis_settings.register_profile(
    "random", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile(
    "meisai", hypothesis_settings.get_profile("random"), derandomize=True
)
hypothesis_settings.load_profile("meisai")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
) -> Iterator[None]:
    """The database of a session begins as a copy of the migrated one."""
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = databases.postgresql_template()
        yield
        return
    memory = sqlite3.connect("file:memorydb_default?mode=memory&cache=shared", uri=True)
    databases.copy_sqlite(memory)
    yield
    memory.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Tests with `transaction=True` end with the rows of the migrated database, although triggers
    keep frozen ones. Django would empty every table and fill some again.
    """
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            forget = stack.enter_context(databases.forgetting())
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: forget())
        yield


@pytest.fixture(autouse=True)
def _default_language() -> Iterator[None]:
    """A request leaves its language behind in its thread; a server's next request sets its own."""
    yield
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _time_begins_with_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that sets MEISAI_CLOCK begins at that instant, however long the others took."""
    monkeypatch.delenv("MEISAI_CLOCK_ANCHOR", raising=False)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Locks and races need PostgreSQL and are left out on SQLite; broker tests start their own."""
    if connection.vendor == "postgresql":
        return
    skip = pytest.mark.skip(reason="needs PostgreSQL: -p tests.plugins.postgres")
    for item in items:
        if item.get_closest_marker("postgres") and not item.get_closest_marker("broker"):
            item.add_marker(skip)
