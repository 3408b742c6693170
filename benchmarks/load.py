"""A load client for a web server of this machine: connections that are kept open, in threads.

`in_turn` sends as fast as answers come. `at_rate` keeps to a timetable whatever the answers do, and
counts from when a request was due, so that a server that stalls cannot hide who had to wait.
"""

import http.client
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock, local
from typing import Any

SECONDS = 60
HERE = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Ask:
    """A request."""

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """What became of many requests: seconds of each, in order, and of all together."""

    took: Sequence[float]
    seconds: float

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds

    def percentile(self, percent: int) -> float:
        """Milliseconds that so many of a hundred did not exceed."""
        place = -(-len(self.took) * percent // 100) - 1
        return 1000 * sorted(self.took)[place]


def send(connection: http.client.HTTPConnection, ask: Ask) -> bytes:
    """Send a request and read its answer to the end; any but a 2xx ends the benchmark."""
    connection.request(ask.method, ask.path, ask.body, dict(ask.headers))
    answer = connection.getresponse()
    content = answer.read()
    if answer.status >= 300:
        raise SystemExit(f"{ask.method} {ask.path}: {answer.status} {content[:500]!r}")
    return content


def drain(connection: http.client.HTTPConnection, ask: Ask) -> int:
    """Send a request and read its answer away; how many bytes it had."""
    connection.request(ask.method, ask.path, ask.body, dict(ask.headers))
    answer, taken = connection.getresponse(), 0
    if answer.status >= 300:
        raise SystemExit(f"{ask.method} {ask.path}: {answer.status}")
    while piece := answer.read(1 << 20):
        taken += len(piece)
    return taken


def connect(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(HERE, port, timeout=SECONDS)


def in_turn(port: int, asks: Iterable[Ask], *, connections: int) -> Run:
    """Send on so many connections, on each the next as soon as the one before is answered."""
    waiting, lock = iter(asks), Lock()
    took: list[float] = []

    def work(_number: int) -> None:
        connection = connect(port)
        while (ask := _next(waiting, lock)) is not None:
            began = time.perf_counter()
            send(connection, ask)
            took.append(time.perf_counter() - began)
        connection.close()

    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(work, range(connections)))
    return Run(took, time.perf_counter() - began)


def at_rate(port: int, ask: Ask, *, rate: int, seconds: int, connections: int) -> Run:
    """Send one request after the other at a fixed rate."""
    mine = local()

    def work(due: float) -> float:
        if not hasattr(mine, "connection"):
            mine.connection = connect(port)
        send(mine.connection, ask)
        return time.perf_counter() - due

    began = time.perf_counter() + 0.1
    timetable = [began + number / rate for number in range(rate * seconds)]
    with ThreadPoolExecutor(connections) as pool:
        took = [future.result() for future in [pool.submit(work, due) for due in _wait(timetable)]]
    return Run(took, time.perf_counter() - began)


def _wait(timetable: Iterable[float]) -> Iterator[float]:
    for due in timetable:
        time.sleep(max(0.0, due - time.perf_counter()))
        yield due


def _next(waiting: Iterator[Any], lock: Lock) -> Any:
    with lock:
        return next(waiting, None)
