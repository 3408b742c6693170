"""The supervisor: real children, watched and ended."""

import sys
import time
from pathlib import Path

import pytest

from billing_portal.management.processes import Child, Stopped, Supervisor, end, spawn

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)",
]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(said: list[str]) -> Supervisor:
    return Supervisor(said.append, {})


def child(tmp_path: Path, *code: str) -> Child:
    command = [sys.executable, "-c", *code] if code else SLEEP
    return Child("sleeper", command, tmp_path / "sleeper.log", grace=2)


def test_a_child_that_ends_is_reported_and_started_again(
    supervisor: Supervisor, said: list[str], tmp_path: Path
) -> None:
    one = child(tmp_path, "raise SystemExit(7)")
    supervisor.start(one)
    assert supervisor.wait_for(lambda: one.failures == 2, seconds=10)
    supervisor.stop(seconds=1)
    assert "exit code 7" in said[0]
    assert [text.split()[-2] for text in said] == ["1", "2"]


def test_stopping_ends_the_last_started_first(supervisor: Supervisor, tmp_path: Path) -> None:
    note = tmp_path / "order"
    for name in ("first", "second"):
        code = (
            "import signal, sys, time, pathlib\n"
            f"def bye(*_):\n open({str(note)!r}, 'a').write('{name} '); sys.exit()\n"
            f"signal.signal(15, bye); pathlib.Path({str(tmp_path / name)!r}).touch()\n"
            "time.sleep(60)"
        )
        supervisor.start(child(tmp_path, code))
        assert supervisor.wait_for((tmp_path / name).exists, seconds=10)
    supervisor.stop(seconds=5)
    assert note.read_text() == "second first "


def test_a_deaf_child_is_killed_in_time(tmp_path: Path) -> None:
    process = spawn(DEAF, environment={}, log=tmp_path / "log")
    while not (tmp_path / "log").read_bytes():
        time.sleep(0.01)
    began = time.monotonic()
    assert end(process, grace=0.3) == -9
    assert time.monotonic() - began < 2


def test_a_wish_to_stop_ends_what_is_waited_for(supervisor: Supervisor) -> None:
    supervisor.stopping = True
    began = time.monotonic()
    with pytest.raises(Stopped):
        supervisor.run(SLEEP)
    assert time.monotonic() - began < 3


def test_a_long_log_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / "log" / "web.log"
    log.parent.mkdir()
    log.write_bytes(b"x" * 10_000_001)
    process = spawn([sys.executable, "-c", "print('new')"], environment={}, log=log)
    process.wait()
    assert log.read_text() == "new\n"
    assert (tmp_path / "log" / "web.old.log").exists()
