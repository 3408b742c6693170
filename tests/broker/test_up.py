"""`manage.py up`: everything runs, is started again when it dies, and nothing is left behind."""

import os
import signal
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from billing_portal.management.locks import held
from tests import processes
from tests.processes import Running, Stage

pytestmark = pytest.mark.broker
NAMES = ("valkey-server ", " worker --pool", " beat --schedule", "gunicorn --config")
STOP_SECONDS = 10
EMBEDDED = {"MEISAI_BROKER_URL": ""}


class Portal:
    """A stage on which `up` is started with its embedded broker."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        stage.overrides |= EMBEDDED
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{listener.getsockname()[1]}"

    def start(self, *options: str) -> Running:
        up = self.stage.start("up", "--address", self.address, *options)
        self.stage.wait_until(lambda: "Ctrl-C" in up.log.read_text() or not up.alive)
        assert up.alive, up.log.read_text()
        return up

    def pids(self, name: str = "") -> set[int]:
        """The processes of this VAR_DIR, `up` itself left out."""
        return {
            pid
            for pid in _all_pids()
            if name in (line := _read(pid, "cmdline").replace("\0", " "))
            and "manage.py up" not in line
            and str(self.stage.folder) in line + _read(pid, "environ")
        }

    def leaders(self, name: str) -> set[int]:
        return {pid for pid in self.pids(name) if os.getsid(pid) == pid}

    def log(self, name: str) -> str:
        return (self.stage.folder / "log" / f"{name}.log").read_text()


@pytest.fixture
def portal(stage: Stage) -> Portal:
    return Portal(stage)


def test_it_serves_pages_and_stops_everything_on_sigterm(portal: Portal) -> None:
    up = portal.start()
    with urllib.request.urlopen(f"http://{portal.address}/healthz") as answer:
        assert answer.status == 200
    assert all(portal.leaders(name) for name in NAMES)
    assert up.stop(grace=STOP_SECONDS) == 0
    assert portal.pids() == set()


def test_a_second_one_in_the_same_folder_says_so(portal: Portal) -> None:
    with held(portal.stage.folder / "up.lock"):
        second = portal.stage.manage("up", check=False)
    assert second.returncode == 1
    assert "Another `manage.py up` is running" in second.stderr


def test_an_address_in_use_is_named_before_anything_starts(portal: Portal) -> None:
    host, port = portal.address.split(":")
    with socket.create_server((host, int(port))):
        refused = portal.stage.manage("up", "--address", portal.address, check=False)
    assert refused.returncode == 1
    assert f"{portal.address}: Address already in use" in refused.stderr


def test_killing_it_leaves_no_orphan_and_hinders_no_start(portal: Portal) -> None:
    portal.start().process.kill()
    again = portal.start()
    assert all(len(portal.leaders(name)) == 1 for name in NAMES)
    assert again.stop(grace=STOP_SECONDS) == 0
    assert portal.pids() == set()


def test_a_killed_child_is_started_again(portal: Portal) -> None:
    portal.start()
    victims = {name: portal.leaders(name) for name in NAMES}
    for pid in set().union(*victims.values()):
        os.killpg(pid, signal.SIGKILL)
    portal.stage.wait_until(lambda: all(portal.leaders(name) - victims[name] for name in NAMES))


def test_a_broken_queue_is_thrown_away(portal: Portal) -> None:
    queue = portal.stage.folder / "broker" / "appendonlydir"
    queue.mkdir(parents=True)
    (queue / "appendonly.aof.manifest").write_text("no manifest\n")
    portal.start("--no-web")
    assert portal.leaders("valkey-server ")


@pytest.fixture
def deep_portal(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Portal]:
    folder = tmp_path / ("a folder with blanks " * 4) / ("ünd a löng näme" * 4)
    with processes.opened(folder, backend="sqlite", unblock=django_db_blocker.unblock) as stage:
        yield Portal(stage)


def test_a_long_and_odd_folder_is_no_hindrance(deep_portal: Portal) -> None:
    up = deep_portal.start("--no-web")
    deep_portal.stage.wait_until(lambda: "ready" in deep_portal.log("worker"))
    assert up.stop(grace=STOP_SECONDS) == 0


def _all_pids() -> Iterator[int]:
    return (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    except OSError:  # it has ended, or is somebody else's
        return ""
