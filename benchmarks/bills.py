"""Rating and storing the bills of many small customers on PostgreSQL by two workers.

`script/bench bills`. Each line is a SIM that is active all month and uploads and downloads on each
day. A worker takes 100 accounts at a time and proposes their bills, as a month end does: facts from
the database, files written and synced, rows in one transaction.
"""

import os
import subprocess
import sys
import time
from functools import partial
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

WORKERS, SHARD, DAYS = 2, 100, 31
PROMISES = {12: (2_000, 400), 52: (500, 130)}
"""By lines of a customer: the number of customers, and bills a second."""


def main() -> None:
    from tests import postgresql

    for lines, (all_customers, promised) in PROMISES.items():
        server = postgresql.running()
        with server.connect() as connection:
            connection.execute(f"CREATE DATABASE bills_{lines}")
        os.environ["DATABASE_URL"] = server.url(f"bills_{lines}")
        customers = int(os.environ.get("BILLS_CUSTOMERS", all_customers))
        _child("fill", lines, customers)
        began = time.perf_counter()
        workers = [_start("work", lines, customers, worker) for worker in range(WORKERS)]
        found = [worker.communicate()[0] for worker in workers]
        wall = time.perf_counter() - began
        busy = sum(float(text.split()[0]) for text in found)
        longest = max(float(text.split()[1]) for text in found)
        queries = ", ".join(sorted({text.split(maxsplit=2)[2].strip() for text in found}))
        rate = customers / longest
        print(
            f"| {customers:,} bills of {lines} lines rated and stored | ≥ {promised} a second |"
            f" {rate:.0f} a second, {1000 * busy / customers:.1f} ms CPU each |"
            f" {queries} queries for each {SHARD} accounts; {wall:.1f} s with starting |"
        )


def _start(*arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, __file__, *map(str, arguments)]
    environment = os.environ | {"POLARS_MAX_THREADS": "1"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)


def _child(*arguments: object) -> None:
    if _start(*arguments).wait():
        raise SystemExit(f"{arguments} failed.")


def fill_world(lines: int, customers: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from accounts.models import Account, Placement
    from benchmarks.filling import fill, instant, pad, settle, text
    from billing_portal.common import frozen
    from billing_portal.common.periods import Month
    from invoices.models import Issuer
    from usage.models import (
        AccountMonth,
        Device,
        DeviceOwner,
        DevicePlan,
        DeviceStatus,
        Meter,
        Plan,
        Source,
        UsageRecord,
    )

    call_command("migrate", verbosity=0)
    frozen.drop(connection)
    call_command("load_catalog", str(ROOT / "catalog"), stdout=StringIO())
    Issuer.objects.create(pk=1)
    month = Month(2026, 10)
    fill(
        Account,
        "n",
        count=customers,
        id="n.i",
        key=text("'AC'", pad("n.i", 5)),
        organization=text("'Specimen '", "n.i"),
    )
    fill(Placement, "n", count=customers, since="'2026-01-01'", account="n.i")
    fill(
        AccountMonth,
        "n",
        count=customers,
        account="n.i",
        coverage="'japan'",
        month=f"'{month.iso}'",
    )
    devices = customers * lines
    key = text("'44010'", pad("n.i", 10))
    fill(
        Device,
        "n",
        count=devices,
        id="n.i",
        kind="'subscriber'",
        coverage="'japan'",
        key=key,
        name=text("'Unit '", "n.i"),
    )
    point = {"device": "n.i", "since": instant(month.start), "recorded_at": instant(month.start)}
    owner = f"(n.i - 1) / {lines} + 1"
    fill(DeviceOwner, "n", count=devices, account=owner, **point)
    fill(DevicePlan, "n", count=devices, plan=str(Plan.objects.get(code="plan-D").pk), **point)
    fill(DeviceStatus, "n", count=devices, status="'active'", **point)
    source = Source.objects.create(name="made")
    fact = partial(fill, UsageRecord, "n", count=devices * DAYS)
    for code in ("data.upload", "data.download"):
        device = f"(n.i - 1) / {DAYS} + 1"
        fact(
            source=str(source.pk),
            event_id=text(f"'{code}'", "n.i"),
            account=f"((n.i - 1) / {DAYS}) / {lines} + 1",
            coverage="'japan'",
            device=device,
            meter=str(Meter.objects.get(code=code).pk),
            variant="'s1.fast'",
            at=f"timestamptz '2026-10-01 12:00+00' + ((n.i - 1) % {DAYS}) * interval '1 day'",
            quantity="CAST(n.i AS BIGINT) * 7919 % 50000000",
        )
    settle()
    frozen.install(connection)


def work(_lines: int, customers: int, worker: int) -> None:
    from datetime import UTC, datetime

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from billing_portal.common.periods import Month
    from invoices.services import bills

    month, now = Month(2026, 10), datetime(2026, 11, 2, tzinfo=UTC)
    counts: set[int] = set()
    cpu, wall = time.process_time(), time.perf_counter()
    for start in range(1 + worker * SHARD, customers + 1, WORKERS * SHARD):
        ids = list(range(start, min(start + SHARD, customers + 1)))
        with CaptureQueriesContext(connection) as queries:
            proposal = bills.propose(month=month, coverage="japan", account_ids=ids, now=now)
        if len(proposal.proposed) != len(ids):
            raise SystemExit(str(proposal.problems)[:1000])
        counts.add(len(queries))
    print(time.process_time() - cpu, time.perf_counter() - wall, *sorted(counts))


def _step(name: str, *arguments: int) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_portal.settings")
    django.setup()
    if name == "fill":
        fill_world(*arguments)
    else:
        work(*arguments)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        _step(sys.argv[1], *map(int, sys.argv[2:]))
