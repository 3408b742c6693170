"""Taking in many small files by a feed profile, and a million plain rows: promise and figure.

    python benchmarks/feeds.py [--files 200 2000 20000] [--rows 1000000] [--backend sqlite …]

Each measurement is the whole command, from the start of the process to its end, on a database of
its own with 1,000 devices.
"""

import argparse
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from tests import postgresql  # noqa: E402  found by the line above

ROWS_PER_FILE = 50
DEVICES = 1_000
BACKENDS = ("sqlite", "postgresql")
PROMISED_SECONDS = {2_000: 15.0}
PROMISED_ROWS = 50_000
"""Of plain records-csv in a second, on PostgreSQL."""

COUNTRIES = ("USA", "DEU", "JPN")
PROFILE = """
source = "sessions"
event_id = "Record"
[csv]
delimiter = ";"
[device]
id = "{ICCID}"
kind = "iccid"
[at]
column = "Closed"
format = "%d.%m.%Y %H:%M:%S"
zone = "Europe/Berlin"
[values.country]
column = "Country"
map = { USA = "us", DEU = "de", JPN = "jp" }
[[skip]]
column = "Kind"
equals = "TEST"
[[fact]]
suffix = "up"
meter = "data.upload"
variant = "{country}"
quantity = { column = "Up KiB", factor = 1024 }
[[fact]]
suffix = "down"
meter = "data.download"
variant = "{country}"
quantity = { column = "Down KiB", factor = 1024 }
"""

WORLD = f"""
from datetime import datetime, UTC
from accounts.models import Account, Placement
from usage.models import Device, DeviceIdentifier, DeviceOwner, Meter
since = datetime(2026, 1, 1, tzinfo=UTC)
account = Account.objects.create(key="A", team_name="Example")
Placement.objects.create(account=account, since=since.date(), is_billing=True)
for code in ("data.upload", "data.download"):
    Meter.objects.create(code=code, unit="byte")
devices = Device.objects.bulk_create(
    Device(key=f"44010{{n:010}}", kind="subscriber", coverage="japan") for n in range({DEVICES})
)
DeviceOwner.objects.bulk_create(
    DeviceOwner(device=one, account=account, since=since, recorded_at=since) for one in devices
)
DeviceIdentifier.objects.bulk_create(
    DeviceIdentifier(device=one, kind="iccid", value=f"8981{{n:015}}")
    for n, one in enumerate(devices)
)
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table that is printed."""

    what: str
    backend: str
    rows: int
    seconds: float
    promise: str
    is_kept: bool | None

    def __str__(self) -> str:
        kept = {None: "", True: "kept", False: "BROKEN"}[self.is_kept]
        rate = self.rows / self.seconds
        return (
            f"{self.what:<24} {self.backend:<11} {self.rows:>10,} {self.seconds:>8.1f} s"
            f" {rate:>9,.0f}/s  {self.promise:<16} {kept}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, nargs="*", default=[200, 2_000, 20_000])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--backend", nargs="*", choices=BACKENDS, default=list(BACKENDS))
    given = parser.parse_args()
    lines = []
    for backend in given.backend:
        lines += [_report(_small_files(backend, count)) for count in given.files]
        if given.rows:
            lines.append(_report(_plain_rows(backend, given.rows)))
    return int(any(line.is_kept is False for line in lines))


def _report(line: Line) -> Line:
    print(line, flush=True)
    each = f"{line.rows / line.seconds:,.0f} rows/s"
    what = f"{line.what}, {line.backend}"  # script/bench gathers these
    print(f"| {what} | {line.promise or '–'} | {line.seconds:.1f} s | {each} |", flush=True)
    return line


def _small_files(backend: str, count: int) -> Line:
    with database(backend, WORLD) as (folder, environment):
        profile, files = folder / "profile.toml", folder / "in"
        profile.write_text(PROFILE)
        files.mkdir()
        for number in range(count):
            _write(files / f"{number:06}.csv", number)
        seconds = run(environment, "import_usage", "--profile", str(profile), str(files)).seconds
    limit = PROMISED_SECONDS.get(count)
    promise = f"<= {limit:.0f} s" if limit else ""
    rows = count * ROWS_PER_FILE
    kept = None if limit is None else seconds <= limit
    return Line(f"{count:,} files by a profile", backend, rows, seconds, promise, kept)


def _plain_rows(backend: str, rows: int) -> Line:
    with database(backend, WORLD) as (folder, environment):
        path = folder / "usage.csv"
        with path.open("w") as file:
            file.write("event_id,account,device,meter,variant,at,quantity\n")
            file.writelines(
                f"e{n * 7919 % rows:08},A,44010{n % DEVICES:010},data.upload,us,"
                f"2026-10-{n % 31 + 1:02}T{n % 24:02}:00:00Z,{n}\n"
                for n in range(rows)
            )
        seconds = run(environment, "import_usage", "--source", "plain", str(path)).seconds
    promised = backend == "postgresql" and rows == 1_000_000
    kept = rows / seconds >= PROMISED_ROWS if promised else None
    return Line("records-csv", backend, rows, seconds, ">= 50,000/s" if promised else "", kept)


def _write(path: Path, number: int) -> None:
    """Every tenth file is packed, as feeds do."""
    rows = (
        f"r{number * ROWS_PER_FILE + n};8981{(number * 7 + n) % DEVICES:015};"
        f"{n % 28 + 1:02}.10.2026 {n % 24:02}:30:00;{COUNTRIES[n % 3]};DATA;{n};{n * 3}\n"
        for n in range(ROWS_PER_FILE)
    )
    content = "Record;ICCID;Closed;Country;Kind;Up KiB;Down KiB\n" + "".join(rows)
    if number % 10:
        path.write_text(content)
    else:
        path.with_suffix(".csv.gz").write_bytes(gzip.compress(content.encode()))


@contextmanager
def database(backend: str, world: str) -> Iterator[tuple[Path, dict[str, str]]]:
    """A folder and an environment with a database of its own, filled by the code in `world`."""
    folder = Path(tempfile.mkdtemp(prefix="meisai-bench-"))
    environment = os.environ | {
        "MEISAI_VAR_DIR": str(folder),
        "MEISAI_SECRET_KEY": "of a measurement, and long enough for the checks of Django",
        "MEISAI_CLOCK": "2026-11-02T09:00:00Z",
        "DATABASE_URL": f"sqlite:///{folder / 'meisai.sqlite3'}",
    }
    name = f"bench_{os.getpid()}"
    if backend == "postgresql":
        server = postgresql.running()
        server.copy("template0", name)
        environment["DATABASE_URL"] = server.url(name)
    try:
        run(environment, "migrate", "--verbosity", "0")
        run(environment, "shell", "--verbosity", "0", "--command", world)
        yield folder, environment
    finally:
        if backend == "postgresql":
            postgresql.running().drop(name)
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Spent:
    """What a command took: seconds, those of the processor in it, and its greatest size in MiB."""

    seconds: float
    cpu: float
    mib: float


def run(environment: dict[str, str], *arguments: str) -> Spent:
    """Run a command to its end."""
    began = time.monotonic()
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    with tempfile.TemporaryFile("w+") as told:
        process = subprocess.Popen(command, env=environment, stdout=told, stderr=told, text=True)
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            told.seek(0)
            sys.exit(f"{arguments}: {process.returncode}\n{told.read()[-3000:]}")
    cpu = usage.ru_utime + usage.ru_stime
    return Spent(time.monotonic() - began, cpu, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    sys.exit(main())
