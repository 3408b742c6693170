"""The web server as `manage.py up` starts it, with its broker: what it spends, how large it is."""

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from django.conf import settings as own

from billing_portal.management import embedded
from billing_portal.management.broker import PrivateBroker

TICK = os.sysconf("SC_CLK_TCK")
START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A gunicorn and its workers."""

    process: "subprocess.Popen[bytes]"
    port: int

    def cpu(self) -> float:
        """Seconds of the processor that the workers have used by now."""
        return sum(_seconds(pid) for pid in self.workers())

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    @contextmanager
    def watched(self) -> Iterator["Size"]:
        """Look at the private memory of the workers again and again."""
        size, over = Size(self._private()), Event()

        def look() -> None:
            while not over.wait(0.02):
                size.most = max(size.most, self._private())

        watch = Thread(target=look)
        watch.start()
        try:
            yield size
        finally:
            over.set()
            watch.join()

    def _private(self) -> float:
        """MiB of the largest worker that no file stands for."""
        return max(_status(pid, "RssAnon") / 1024 for pid in self.workers())


@dataclass(slots=True)
class Size:
    """MiB: the most that was seen."""

    most: float


@contextmanager
def served(**settings: str) -> Iterator[Server]:
    """Serve the database of this environment, with further settings, until the block ends."""

    broker = PrivateBroker(folder=own.VAR_DIR / "broker", socket=own.BROKER_SOCKET)
    broker.prepare()
    environment, port = embedded.environment() | settings, _free_port()
    log = (own.VAR_DIR / "web.log").open("wb")
    started = [subprocess.Popen(broker.command, stdout=log, stderr=log, env=environment)]
    try:
        command = embedded.web_command(f"127.0.0.1:{port}")
        started.append(subprocess.Popen(command, stdout=log, stderr=log, env=environment))
        _wait_for(port)
        yield Server(started[-1], port)
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(20)
        log.close()
        broker.clean()


def _wait_for(port: int) -> None:
    for _attempt in range(START_SECONDS * 4):
        with suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=5).close()
            return
        time.sleep(0.25)
    raise SystemExit("The web server does not answer.")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _status(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
