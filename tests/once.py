"""What is made once: rows for all tests of a module, and cases that run on one database only."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker


@contextmanager
def rows(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Keep rows until this ends: for a fixture of a module whose tests only look at them.

    What a test changes is still taken back after it. Not for tests with `transaction=True`.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def made(make: Callable[[], Any]) -> Any:
    """Return a fixture of what is made once for a module, all tests of which use it.

    world = once.made(lambda: factories.account())
    """

    @pytest.fixture(scope="module", autouse=True)
    def fixture(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
        with rows(django_db_blocker):
            yield make()

    return fixture


def first_on_both(cases: Iterable[Any]) -> list[Any]:
    """All cases on SQLite, the first one on PostgreSQL too."""
    first, *others = cases
    return [first, *(pytest.param(case, marks=pytest.mark.once) for case in others)]
