"""The usage side: what is promised about its speed (issue 5).

    python benchmarks/usage.py [--rows 1000000] [--backend sqlite …]

Intake is the whole public command, from the start of the process to its end, on a database of its
own: facts of five meters, those of reports among them, of 20,000 devices of 200 accounts; every
tenth row is a repetition. Memory is flat if twice the rows take no more of it.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from benchmarks import ledger, monthly  # noqa: E402  found by the line above
from benchmarks.feeds import BACKENDS, Spent, database, run  # noqa: E402

PROMISED_ROWS = 50_000
ACCOUNTS = 200
DEVICES = 20_000
REPEATED = 10
METERS = ("session.connection", "data.upload", "publish.device", "api.call", "storage.used")
WORLD = f"""
from datetime import datetime, UTC
from accounts.models import Account, Placement
from django.core.management import call_command
from usage.models import Device, DeviceOwner
call_command("load_catalog", {str(ROOT / "catalog")!r}, verbosity=0)
since = datetime(2026, 1, 1, tzinfo=UTC)
accounts = Account.objects.bulk_create(
    Account(key=f"A{{n:03}}", team_name=f"Example {{n}}") for n in range({ACCOUNTS})
)
Placement.objects.bulk_create(
    Placement(
        account=one, since=since.date(), parent=accounts[0] if one != accounts[0] else None,
        is_billing=one == accounts[0],
    )
    for one in accounts
)
devices = Device.objects.bulk_create(
    Device(key=f"44010{{n:010}}", kind="subscriber", coverage="japan") for n in range({DEVICES})
)
DeviceOwner.objects.bulk_create(
    DeviceOwner(device=one, account=accounts[n % {ACCOUNTS}], since=since, recorded_at=since)
    for n, one in enumerate(devices)
)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--backend", nargs="*", choices=BACKENDS, default=list(BACKENDS))
    given = parser.parse_args()
    for backend in given.backend:
        intake(backend, given.rows)
        ledger.history(backend)
        monthly.reports(backend)
    return 0


def intake(backend: str, rows: int) -> None:
    """Print how many rows a second are taken in, and how much memory half as many need."""
    half, whole = (_taken_in(backend, count) for count in (rows // 2, rows))
    rate, cpu = rows / whole.seconds, rows / whole.cpu
    told = (
        f"intake of {rows:,} rows, {backend}",
        f">= {PROMISED_ROWS:,}/s",
        f"{rate:,.0f}/s",
        f"{cpu:,.0f} per second of our processor; {half.mib:.0f} MiB for half, {whole.mib:.0f} MiB",
    )
    print(f"| {' | '.join(told)} |", flush=True)


def _taken_in(backend: str, rows: int) -> Spent:
    with database(backend, WORLD) as (folder, environment):
        path = folder / "usage.csv"
        with path.open("w") as file:
            file.write("event_id,account,device,meter,variant,at,quantity\n")
            file.writelines(_row(n if n % REPEATED else n // REPEATED) for n in range(rows))
        return run(environment, "import_usage", "--source", "feed", str(path))


def _row(number: int) -> str:
    device = number * 7919 % DEVICES
    day, second = number % 31 + 1, number % 86_400
    at = f"2026-10-{day:02}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"
    meter = METERS[number % len(METERS)]
    return f"e{number},A{device % ACCOUNTS:03},44010{device:010},{meter},,{at},{number % 1000}\n"


if __name__ == "__main__":
    sys.exit(main())
