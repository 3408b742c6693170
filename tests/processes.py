"""Real processes for tests: a stage with a database of its own, a broker, workers and a beat.

@pytest.mark.broker
def test_…(stage: Stage) -> None:                       # SQLite; or parametrize it indirectly
    with stage.rows():                                  # the ORM on the stage's database
        factories.account(key="A")
    worker = stage.start_worker(MEISAI_KILL_AT="bills.written")
    stage.manage("close_month", "2026-10")
    worker.wait()                                       # killed by itself, with its children
    stage.start_worker()
    stage.wait_until(lambda: stage.query("SELECT …") == [(1,)])
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import indent
from typing import Any
from urllib.parse import unquote

import environ
from django.conf import settings
from django.db import connection, connections
from kombu import Connection

from billing_portal.management import embedded
from billing_portal.management.broker import PrivateBroker
from billing_portal.management.processes import end, has_ended, spawn
from tests import databases
from tests.databases import Backend
from tests.plugins import surroundings
from tests.storing import files_in

PAUSE = 0.05
RACE = """
import os, sys
import django
django.setup()
waiting, gun = os.pipe()
racers = []
for number in range({processes}):
    racers.append(os.fork())
    if not racers[-1]:
        os.close(gun)
        os.read(waiting, 1)
{code}
        sys.exit()
os.close(gun)
sys.exit(any([os.waitpid(racer, 0)[1] for racer in racers]))
"""


class TooSlow(AssertionError):
    """What a test waited for did not come."""


@dataclass(frozen=True, slots=True)
class Running:
    """A process that leads a group of its own; `log` is what it wrote."""

    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def alive(self) -> bool:
        return not has_ended(self.process)

    def kill(self) -> None:
        """SIGKILL it and its children, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self, *, grace: float = 10) -> int:
        """SIGTERM; its exit code."""
        return end(self.process, grace=grace)

    def wait(self, *, seconds: float = 60) -> int:
        """Wait until it ends by itself; its exit code, negative for a signal."""
        wait_until(lambda: not self.alive, seconds=seconds, what=self.log.read_text)
        return end(self.process, grace=0)


@dataclass
class Stage:
    """A database with all migrations, an empty VAR_DIR, and what runs on them."""

    folder: Path
    database_url: str
    unblock: Callable[[], Any]
    overrides: dict[str, str] = field(default_factory=dict)
    running: list[Running] = field(default_factory=list)
    broker: Running | None = None

    def __post_init__(self) -> None:
        self.sockets = Path(tempfile.mkdtemp(prefix="meisai-", dir="/tmp"))
        self._broker = PrivateBroker(self.folder / "broker", self.sockets / "valkey.sock")

    @property
    def environment(self) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("MEISAI_", "PYTEST_"))}
        return clean | {
            "DJANGO_SETTINGS_MODULE": "billing_portal.settings",
            "DATABASE_URL": self.database_url,
            "MEISAI_VAR_DIR": str(self.folder),
            "MEISAI_STATIC_ROOT": str(surroundings.VAR_DIR / "collected"),
            "MEISAI_SECRET_KEY": settings.SECRET_KEY,
            "MEISAI_BROKER_URL": f"redis+socket://{self._broker.socket}?virtual_host=0",
            "PYTHONPATH": str(settings.BASE_DIR),
            "PYTHONUNBUFFERED": "1",
            "MEISAI_APPROVAL": settings.APPROVAL,
            **self.overrides,
        }

    def manage(
        self, *arguments: str, check: bool = True, seconds: float = 90, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run a management command to its end; fails with all it wrote unless its code is 0."""
        done = subprocess.run(
            command(*arguments),
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        if check:
            assert done.returncode == 0, (
                f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
            )
        return done

    def race(self, code: str, *, processes: int = 4, seconds: float = 90) -> str:
        """Run the same code in several processes at once; what they print, line by line.

        The code knows which of them it is by `number`. They are the forks of one process.
        """
        done = subprocess.run(
            [sys.executable, "-c", RACE.format(processes=processes, code=indent(code, " " * 8))],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *arguments: str, **environment: str) -> Running:
        """Start a management command and return at once: for races and kills."""
        return self.launch(arguments[0], command(*arguments), environment)

    def start_worker(self, name: str = "worker", **environment: str) -> Running:
        """Start a worker with one process; MEISAI_KILL_AT, MEISAI_LEASE_SECONDS … are for it."""
        self.start_broker()
        unchecked = {"CELERY_SKIP_CHECKS": "yes"} | environment  # see `command`
        return self.launch(name, embedded.worker_command(name), unchecked)

    def call_for(self, task: Any) -> None:
        """Tell the broker of this stage to have a task done."""
        with Connection(self.environment["MEISAI_BROKER_URL"]) as broker:
            task.apply_async(connection=broker)

    def start_beat(self, **environment: str) -> Running:
        self.start_broker()
        command = embedded.beat_command(self.folder / "beat-schedule")
        return self.launch("beat", command, environment)

    def start_broker(self) -> Running:
        """Start the broker unless it runs; after a kill this starts it with what it had kept."""
        if self.broker is None or not self.broker.alive:
            self._broker.prepare()
            self.broker = self.launch("broker", self._broker.command, {})
            wait_until(self._broker.answers)
        return self.broker

    @contextmanager
    def rows(self) -> Iterator[None]:
        """Let the ORM and the file storage of this process work on the stage, with real commits."""
        before, usual = connections.settings["default"], connections["default"]
        connections.settings["default"] = {**before, **_address(self.database_url)}
        del connections["default"]
        try:
            with files_in(self.folder / "files"), self.unblock():
                yield
        finally:
            connections["default"].close()
            connections.settings["default"], connections["default"] = before, usual

    def query(self, sql: str, parameters: Sequence[str | int] = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement; what it changes is committed."""
        with self.rows(), connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []

    def wait_until(self, condition: Callable[[], object], *, seconds: float = 60) -> None:
        """Ask again and again; fails with the logs of all processes if it never comes true."""
        wait_until(condition, seconds=seconds, what=self.logs)

    def logs(self) -> str:
        """The last lines that each process wrote."""
        paths = sorted({one.log for one in self.running})
        return "\n".join(f"--- {path.name}\n{path.read_text()[-3000:]}" for path in paths)

    def close(self) -> None:
        """Kill what still runs."""
        for one in reversed(self.running):
            end(one.process, grace=0)
        shutil.rmtree(self.sockets, ignore_errors=True)

    def launch(self, name: str, command: list[str], environment: Mapping[str, str] = {}) -> Running:
        """Start any command; its log is named so."""
        log = self.folder / "log" / f"{name}-{len(self.running)}.log"
        process = spawn(command, environment={**self.environment, **environment}, log=log)
        self.running.append(Running(process, log))
        return self.running[-1]


@contextmanager
def opened(folder: Path, *, backend: Backend, unblock: Callable[[], Any]) -> Iterator[Stage]:
    """Yield a stage in an empty folder; afterwards nothing of it runs."""
    folder.mkdir(parents=True, exist_ok=True)
    with databases.opened(folder, backend) as url:
        stage = Stage(folder, url, unblock)
        try:
            yield stage
        finally:
            stage.close()


def command(name: str, *arguments: str) -> list[str]:
    """The command line of a management command, without the system checks: they say the same each
    time, and take a third of what the start of a process takes. `up` and `shell` make none.
    """
    unchecked = [] if name in {"up", "shell"} else ["--skip-checks"]
    return embedded.manage(name, *unchecked, *arguments)


def wait_until(
    condition: Callable[[], object],
    *,
    seconds: float = 60,
    what: Callable[[], str] = lambda: "",
) -> None:
    """Ask again and again; raises TooSlow, with what is told, after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TooSlow(f"Not within {seconds} s.\n{what()}")
        time.sleep(PAUSE)


def _address(url: str) -> dict[str, Any]:
    """The part of Django's settings that says which database it is."""
    config: dict[str, Any] = environ.Env.db_url_config(url)
    options = settings.SQLITE_OPTIONS if url.startswith("sqlite") else {}
    return {**config, "HOST": unquote(config["HOST"]), "OPTIONS": options}
