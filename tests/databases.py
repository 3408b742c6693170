"""One migrated database of each kind, made once for all processes of a test run, to be copied.

Building the models of each migration takes seconds; a copy takes milliseconds.

`python -m tests.databases` makes both for several test sessions that have the same TESTS_SHARED,
and says the folder of its PostgreSQL, which stops when its input ends.
"""

import fcntl
import os
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from django.db import connection

from billing_portal.management import embedded
from tests import postgresql
from tests.plugins import surroundings

Backend = Literal["sqlite", "postgresql"]
TEMPLATE = "meisai_template"


@contextmanager
def opened(folder: Path, backend: Backend) -> Iterator[str]:
    """Yield the address of a migrated database of its own, which is thrown away afterwards."""
    if backend == "sqlite":
        path = folder / "meisai.sqlite3"
        with sqlite3.connect(path) as target:
            copy_sqlite(target)
        yield f"sqlite:///{path}"
        return
    server, name = postgresql.running(), f"stage_{uuid.uuid4().hex}"
    server.copy(postgresql_template(), name)
    try:
        yield server.url(name)
    finally:
        server.drop(name)


def copy_sqlite(target: sqlite3.Connection) -> None:
    """Make a database of SQLite like the migrated one."""
    source = sqlite3.connect(sqlite_template())
    source.backup(target)
    source.close()


def sqlite_template() -> Path:
    """Return where the migrated database of SQLite is."""
    path = surroundings.SHARED_DIR / "template.sqlite3"
    once("sqlite", lambda: _migrate(f"sqlite:///{path}"))
    return path


def remember() -> sqlite3.Connection:
    """Return a copy of this process's database of SQLite as it is now."""
    connection.ensure_connection()
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    connection.connection.backup(copy)
    return copy


def restore(copy: sqlite3.Connection) -> None:
    """Make this process's database of SQLite like the copy again."""
    connection.ensure_connection()
    copy.backup(connection.connection)


@contextmanager
def forgetting() -> Iterator[Callable[[], None]]:
    """Yield what takes away all rows that this process's database does not have now.

    On PostgreSQL, tables that have rows now keep what they have then.
    """
    if connection.vendor == "sqlite":
        with closing(remember()) as copy:
            yield lambda: restore(copy)
        return
    kept = _filled()
    yield lambda: _empty(_filled() - kept)


def postgresql_template() -> str:
    """Return the name of the migrated database on the server of this test session."""
    server = postgresql.running()

    def make() -> None:
        server.copy("template0", TEMPLATE)
        _migrate(server.url(TEMPLATE))

    once(server.folder.name, make)
    return TEMPLATE


def once(name: str, make: Callable[[], None]) -> None:
    """Make something that all processes share, unless one of them has made it already."""
    with (surroundings.SHARED_DIR / f"{name}.made").open("a") as made:
        fcntl.flock(made, fcntl.LOCK_EX)
        # Asked of the file: where we stand in it was decided before we had the lock.
        if not os.fstat(made.fileno()).st_size:
            make()
            made.write("yes")


def _filled() -> set[str]:
    """Return the tables of this process's database that have rows."""
    tables = connection.introspection.table_names()
    rows = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(rows))
        return {name for (name,) in cursor.fetchall()}


def _empty(tables: Iterable[str]) -> None:
    """Delete all rows of tables of PostgreSQL; no trigger of a frozen row or a key says a word."""
    role = "SET session_replication_role = "
    deletes = "".join(f'DELETE FROM "{name}";' for name in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"{role} replica; {deletes} {role} origin")


def _migrate(url: str) -> None:
    command = embedded.manage("migrate", "--verbosity", "0", "--skip-checks")
    subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=True)


def _serve() -> None:
    surroundings.pytest_load_initial_conftests()
    os.environ["DJANGO_SETTINGS_MODULE"] = "billing_portal.settings"
    server = postgresql.running()
    with ThreadPoolExecutor() as pool:
        for made in (pool.submit(sqlite_template), pool.submit(postgresql_template)):
            made.result()
    sys.stdout.write(f"{server.folder}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    _serve()
