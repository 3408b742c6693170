"""Child processes of one parent: they cannot outlive it, are started again, and stop in order.

Each child leads a session of its own, so that Ctrl-C reaches the parent only, which then stops
them in order, and so that a kill of a child's process group hits that child and its own children.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PR_SET_PDEATHSIG = 1
TICK = 0.05
# A child that ran so long had started well: its next start waits no longer than the first.
SETTLED_SECONDS = 30
LONGEST_PAUSE = 30.0
LOG_LIMIT = 10_000_000

Report = Callable[[str], None]


class Stopped(Exception):
    """The parent was asked to stop while it waited for something."""


@dataclass
class Child:
    """One process to keep running. `grace` is how many seconds it may take to stop."""

    name: str
    command: Sequence[str]
    log: Path
    grace: float
    before: Callable[["Child"], None] = lambda _child: None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float = 0.0

    @property
    def runs(self) -> bool:
        return self.process is not None and not has_ended(self.process)


@dataclass
class Supervisor:
    """Keeps children running until `stop`. Not thread-safe: one thread starts and ends all."""

    report: Report
    environment: Mapping[str, str]
    inherited: Sequence[int] = ()
    children: list[Child] = field(default_factory=list)
    afterwards: list[Callable[[], None]] = field(default_factory=list)
    stopping: bool = False

    def listen(self) -> None:
        """Take SIGINT, SIGTERM and SIGHUP as the wish to stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def start(self, child: Child) -> None:
        """Start a child and keep it running from now on."""
        self.children.append(child)
        self._launch(child)

    def tick(self) -> None:
        """Start again what has ended. Raises Stopped when the parent is to stop."""
        if self.stopping:
            raise Stopped
        for child in self.children:
            if child.process is None:
                if time.monotonic() >= child.due:
                    self._launch(child)
            elif not child.runs:
                self._bury(child)
        time.sleep(TICK)

    def wait_for(self, condition: Callable[[], bool], *, seconds: float) -> bool:
        """Tick until the condition holds; say whether it did in time."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                return False
            self.tick()
        return True

    def run(self, command: Sequence[str], *, quiet: bool = False) -> int:
        """Run a command to its end, ticking meanwhile, and return its exit code.

        A quiet one shows its errors only.
        """
        output = subprocess.DEVNULL if quiet else None
        process = spawn(
            command, environment=self.environment, inherited=self.inherited, output=output
        )
        try:
            while not has_ended(process):
                self.tick()
        finally:
            code = end(process, grace=2)
        return code

    def stop(self, *, seconds: float) -> None:
        """Stop all children, the last started first, within so many seconds."""
        deadline = time.monotonic() + seconds
        for child in reversed(self.children):
            if child.process is not None:
                end(child.process, grace=min(child.grace, max(deadline - time.monotonic(), 0)))
                child.process = None
        self.children.clear()
        for clean in self.afterwards:
            clean()

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _launch(self, child: Child) -> None:
        child.before(child)
        child.started = time.monotonic()
        child.process = spawn(
            child.command, environment=self.environment, inherited=self.inherited, log=child.log
        )

    def _bury(self, child: Child) -> None:
        if child.process is None:
            return
        code = end(child.process, grace=0)
        settled = time.monotonic() - child.started > SETTLED_SECONDS
        child.failures = 0 if settled else child.failures + 1
        pause = min(0.5 * 2**child.failures, LONGEST_PAUSE)
        child.process, child.due = None, time.monotonic() + pause
        self.report(
            f"{child.name} ended unexpectedly ({_reason(code)}); see {child.log}. "
            f"It starts again in {pause:.0f} s."
        )


def spawn(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    inherited: Sequence[int] = (),
    output: int | None = None,
    log: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own that gets SIGTERM when this process dies.

    `output` is where its standard output goes; a log takes that and its errors.
    """
    errors = None
    if log:
        output = errors = _open_log(log)
    try:
        return subprocess.Popen(
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
            pass_fds=inherited,
            preexec_fn=follower(),  # noqa: PLW1509  one thread only
        )
    finally:
        if errors is not None:
            os.close(errors)


def follower(number: int = signal.SIGTERM) -> Callable[[], None]:
    """Return what a new process must call to get this signal when its parent dies."""
    parent = os.getpid()

    def follow() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, number)
            if os.getppid() != parent:  # it died before the line above
                os._exit(1)

    return follow


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Say whether a process has ended, and leave it unreaped: its group's id stays its own."""
    if process.returncode is not None:
        return True
    flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
    return os.waitid(os.P_PID, process.pid, flags) is not None


def end(process: subprocess.Popen[bytes], *, grace: float) -> int:
    """End a process: SIGTERM, `grace` seconds, then SIGKILL to what is left of its group."""
    if process.returncode is not None:
        return process.returncode
    deadline = time.monotonic() + grace
    if not has_ended(process):
        process.terminate()
    while not has_ended(process) and time.monotonic() < deadline:
        time.sleep(TICK)
    os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


def _open_log(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".old.log"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def _reason(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
