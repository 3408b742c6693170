"""What is made once: rows for all tests of a module, and cases that run on one database only."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.storing import files_in


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


def made_with_files(make: Callable[[], Any]) -> tuple[Any, Any]:
    """Return what `made` does with the folder of the files that were stored, and a fixture that
    gives what was made, with these files in "files" of the test's `tmp_path`, for it to change.

    _kept, world = once.made_with_files(lambda: factories.account())
    """

    @pytest.fixture(scope="module", name="_kept")
    def kept(
        django_db_setup: None,
        django_db_blocker: DjangoDbBlocker,
        tmp_path_factory: pytest.TempPathFactory,
    ) -> Iterator[tuple[Any, Path]]:
        folder = tmp_path_factory.mktemp("files")
        with files_in(folder), rows(django_db_blocker):
            yield make(), folder

    @pytest.fixture(autouse=True)
    def given(_kept: tuple[Any, Path], tmp_path: Path, db: None) -> Any:
        it, folder = _kept
        shutil.copytree(folder, tmp_path / "files", dirs_exist_ok=True)
        return it

    return kept, given


def first_on_both(cases: Iterable[Any]) -> list[Any]:
    """All cases on SQLite, the first one on PostgreSQL too."""
    first, *others = cases
    return [first, *(pytest.param(case, marks=pytest.mark.once) for case in others)]
