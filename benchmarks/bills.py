"""Rating and storing the bills of many small customers on PostgreSQL by two workers.

`script/bench bills`. A line is one of the bill's detail, as in the promise of issuing. A worker
takes one shard after the other and proposes its bills, as a month end does: facts from the
database, files written and synced, rows in one transaction. The fleets that are in use every day
have a thousand lines and more; no rate is promised for these.
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import workers
from benchmarks.customers import SHAPES, Shape
from benchmarks.workers import SHARD, Figures, Queries

WORKERS = 2


def main() -> None:
    for name, shape in SHAPES.items():
        if name in os.environ.get("BILLS_SHAPES", name).split():
            customers = int(os.environ.get("BILLS_CUSTOMERS", shape.customers))
            with workers.world(name, customers):
                found = workers.work(__file__, name, customers, workers=WORKERS)
            _tell(shape, customers, found)


def _tell(shape: Shape, customers: int, found: Figures) -> None:
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


def propose(shape: Shape, customers: int, worker: int) -> None:
    from datetime import UTC, datetime

    from django.db import connection

    from billing_portal.common.periods import Month
    from invoices.services import bills

    month, now = Month(2026, 10), datetime(2026, 11, 2, tzinfo=UTC)
    counts: set[int] = set()
    connection.ensure_connection()
    cpu, wall = time.process_time(), time.perf_counter()
    for start in range(1 + worker * SHARD, customers + 1, WORKERS * SHARD):
        ids = list(range(start, min(start + SHARD, customers + 1)))
        queries = Queries()
        with connection.execute_wrapper(queries):
            proposal = bills.propose(month=month, coverage="japan", account_ids=ids, now=now)
        found = {bill.line_count for bill in proposal.proposed}
        if len(proposal.proposed) != len(ids) or found != {shape.lines}:
            raise SystemExit(f"{found} {str(proposal.problems)[:1000]}")
        counts.add(queries.count)
    print(time.process_time() - cpu, time.perf_counter() - wall, *sorted(counts))


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        workers.set_up()
        propose(SHAPES[sys.argv[1]], *map(int, sys.argv[2:]))
