"""Worker processes over a PostgreSQL database of many small customers."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.customers import WORLDS, fill_world

ROOT = Path(__file__).resolve().parents[1]
SHARD = int(os.environ.get("BENCH_SHARD", "250"))

Figures = list[list[str]]
"""The words that each worker printed."""


@contextmanager
def world(shape: str, customers: int) -> Iterator[None]:
    """A database with so many customers of a shape, which the workers find; it is dropped again."""
    from tests import postgresql

    server = postgresql.running()
    database = f"world_{shape.replace('-', '_')}"
    with server.connect() as connection:
        connection.execute(f"CREATE DATABASE {database}")
    os.environ["DATABASE_URL"] = server.url(database)
    if _start(__file__, shape, customers).wait():
        raise SystemExit("The world could not be made.")
    yield
    server.drop(database)


def work(script: str, step: str, *arguments: object, workers: int) -> Figures:
    """Run a step of a script in so many processes at once, each told its number last."""
    started = [_start(script, step, *arguments, number) for number in range(workers)]
    found = [worker.communicate()[0].split() for worker in started]
    if any(worker.returncode for worker in started):
        raise SystemExit(f"A worker of {step} failed.")
    return found


def _start(script: str, *arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, script, *map(str, arguments)]
    environment = os.environ | {"POLARS_MAX_THREADS": "1"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)


class Queries:
    """Counts statements but COPY, as `connection.execute_wrapper(Queries())`.

    To keep what each of them says, as the tests do, is work that would be measured too.
    """

    def __init__(self) -> None:
        self.count = 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


def set_up() -> None:
    """Bring up Django in a worker."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_portal.settings")
    django.setup()


if __name__ == "__main__":
    set_up()
    fill_world(WORLDS[sys.argv[1]], int(sys.argv[2]))
