"""Rating and storing the bills of many small customers on PostgreSQL by two workers.

`script/bench bills`. A line is one of the bill's detail, as in the promise of issuing. A worker
takes one shard after the other and proposes its bills, as a month end does: facts from the
database, files written and synced, rows in one transaction. The fleets that are in use every day
have a thousand lines and more; no rate is promised for these.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.customers import SHAPES, Shape, fill_world  # noqa: E402

WORKERS, SHARD = 2, 250


def main() -> None:
    from tests import postgresql

    for name, shape in SHAPES.items():
        if name not in os.environ.get("BILLS_SHAPES", name).split():
            continue
        server = postgresql.running()
        database = f"bills_{name.replace('-', '_')}"
        with server.connect() as connection:
            connection.execute(f"CREATE DATABASE {database}")
        os.environ["DATABASE_URL"] = server.url(database)
        customers = int(os.environ.get("BILLS_CUSTOMERS", shape.customers))
        if _start("fill", name, customers).wait():
            raise SystemExit("The world could not be made.")
        workers = [_start("work", name, customers, worker) for worker in range(WORKERS)]
        _tell(shape, customers, [worker.communicate()[0].split() for worker in workers])
        server.drop(database)


def _tell(shape: Shape, customers: int, found: list[list[str]]) -> None:
    """`found`: of each worker CPU seconds, seconds, and numbers of queries that a shard took."""
    busy = sum(float(figures[0]) for figures in found)
    rate = customers / max(float(figures[1]) for figures in found)
    queries = ", ".join(sorted({number for figures in found for number in figures[2:]}))
    promise = f"≥ {shape.promised} a second" if shape.promised else ""
    print(
        f"| {customers:,} bills of {shape.lines:,} lines ({shape.devices} SIMs) rated and stored |"
        f" {promise} | {rate:.0f} a second, {1000 * busy / customers:.1f} ms CPU each |"
        f" {queries} queries for each {SHARD} accounts |"
    )


def _start(*arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, __file__, *map(str, arguments)]
    environment = os.environ | {"POLARS_MAX_THREADS": "1"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)


def work(shape: Shape, customers: int, worker: int) -> None:
    from datetime import UTC, datetime

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from billing_portal.common.periods import Month
    from invoices.services import bills

    month, now = Month(2026, 10), datetime(2026, 11, 2, tzinfo=UTC)
    counts: set[int] = set()
    connection.ensure_connection()
    cpu, wall = time.process_time(), time.perf_counter()
    for start in range(1 + worker * SHARD, customers + 1, WORKERS * SHARD):
        ids = list(range(start, min(start + SHARD, customers + 1)))
        with CaptureQueriesContext(connection) as queries:
            proposal = bills.propose(month=month, coverage="japan", account_ids=ids, now=now)
        found = {bill.line_count for bill in proposal.proposed}
        if len(proposal.proposed) != len(ids) or found != {shape.lines}:
            raise SystemExit(f"{found} {str(proposal.problems)[:1000]}")
        counts.add(len(queries))
    print(time.process_time() - cpu, time.perf_counter() - wall, *sorted(counts))


def _step(step: str, name: str, *numbers: int) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_portal.settings")
    django.setup()
    shape = SHAPES[name]
    if step == "fill":
        fill_world(shape, *numbers)
    else:
        work(shape, *numbers)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        _step(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
