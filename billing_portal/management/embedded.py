"""What `manage.py up` keeps running: broker, worker, beat and web, all under VAR_DIR."""

import os
import secrets
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from billing_portal.management.broker import BrokerSilent, PrivateBroker
from billing_portal.management.processes import Child, Supervisor

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  gunicorn's heartbeat must not wait for a disk
BROKER_SECONDS = 20.0


class AddressTaken(RuntimeError):
    """Nothing can listen at the wished address."""


def is_private_broker() -> bool:
    """Say whether the broker is the embedded one, and not a server of the user's."""
    return settings.CELERY_BROKER_URL == settings.PRIVATE_BROKER_URL


def keep_secret_key(path: Path) -> str:
    """Return the key kept in the file (mode 600), made on the first start."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    key = secrets.token_urlsafe(64)
    with os.fdopen(handle, "w") as file:
        file.write(key)
    return key


def environment() -> dict[str, str]:
    """The environment of the children: theirs is the same VAR_DIR wherever they run."""
    own = {
        "DJANGO_SETTINGS_MODULE": "billing_portal.settings",
        "MEISAI_VAR_DIR": str(settings.VAR_DIR),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(settings.BASE_DIR), _python_path()])),
        "PYTHONUNBUFFERED": "1",
        "REMAP_SIGTERM": "SIGQUIT",  # a worker ends its task if it can do so in a few seconds
    }
    return {**os.environ, **own}


def manage(*arguments: str) -> list[str]:
    """The command line of a management command."""
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]


def start_broker(supervisor: Supervisor) -> None:
    """Start the private broker and wait until it answers; raises BrokerSilent."""
    broker = PrivateBroker(folder=settings.VAR_DIR / "broker", socket=settings.BROKER_SOCKET)
    supervisor.afterwards.append(broker.clean)

    def prepare(child: Child) -> None:
        if child.failures:  # it ended soon after its start
            broker.forget()
        broker.prepare()

    child = Child("broker", broker.command, log=_log("broker"), grace=2, before=prepare)
    supervisor.start(child)
    if not supervisor.wait_for(broker.answers, seconds=BROKER_SECONDS):
        raise BrokerSilent(f"The private broker does not start; see {child.log}.")


def start_worker(supervisor: Supervisor) -> None:
    """Start one billing worker with one process: SQLite has one writer (design.md §6)."""
    supervisor.start(Child("worker", worker_command(), log=_log("worker"), grace=6.5))


def start_beat(supervisor: Supervisor) -> None:
    """Start the calendar."""
    schedule = settings.VAR_DIR / "beat-schedule"
    supervisor.start(Child("beat", beat_command(schedule), log=_log("beat"), grace=1))


def start_web(supervisor: Supervisor, *, address: str) -> None:
    """Start the web server; it has children that load Django each, so nothing is shared by fork."""
    supervisor.start(Child("web", web_command(address), log=_log("web"), grace=3))


def web_command(address: str) -> list[str]:
    """The command line of the web server. Threads, because a connection that is kept open and idle
    would take a whole process otherwise.
    """
    memory = ["--worker-tmp-dir", str(SHARED_MEMORY)] if SHARED_MEMORY.is_dir() else []
    options = {"config": "python:billing_portal.management.web"}
    options |= {"bind": address, "workers": "2", "threads": "4", "worker-class": "gthread"}
    options |= {"graceful-timeout": "2", "timeout": "120", "log-level": "warning"}
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    application = "billing_portal.wsgi:application"
    command = [sys.executable, "-m", "gunicorn", *flags, *memory]
    return [*command, "--no-control-socket", application]


def worker_command(name: str = "billing") -> list[str]:
    """The command line of a worker with one process."""
    pool = ["--pool", "prefork", "--concurrency", "1", "--hostname", f"{name}@%h"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [*_celery(), "worker", *pool, *quiet, "--loglevel", "INFO"]


def beat_command(schedule: Path) -> list[str]:
    """The command line of the calendar; its memory is a file."""
    memory = ["--schedule", str(schedule), "--pidfile", ""]
    return [*_celery(), "beat", *memory, "--loglevel", "INFO"]


def split_address(address: str) -> tuple[str, int]:
    """Split "127.0.0.1:8000" or "[::1]:8000"; raises ValueError."""
    host, separator, port = address.rpartition(":")
    if not separator or not port.isdigit() or not 0 < int(port) < 65_536:
        raise ValueError(f"{address!r}: write an address such as 127.0.0.1:8000.")
    return host.strip("[]") or "0.0.0.0", int(port)  # noqa: S104  ":8000" means so everywhere


def base_url(address: str) -> str:
    """Where a browser of this machine reaches the web server; raises ValueError."""
    host, port = split_address(address)
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - everywhere is here too
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def claim(address: str) -> None:
    """Raise AddressTaken if nothing can listen at the address, ValueError if it is none."""
    host, port = split_address(address)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as problem:
            raise AddressTaken(f"{address}: {problem.strerror}. Choose another one.") from problem


def listens(address: str) -> Callable[[], bool]:
    """Return a question: does anybody accept connections at the address by now?"""
    host, port = split_address(address)

    def ask() -> bool:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            return False
        return True

    return ask


def _celery() -> list[str]:
    return [sys.executable, "-m", "celery", "--app", "billing_portal.celery"]


def _log(name: str) -> Path:
    return Path(settings.VAR_DIR) / "log" / f"{name}.log"


def _python_path() -> str:
    return os.environ.get("PYTHONPATH", "")
