"""Issuing invoices on PostgreSQL: by two workers, by four at once, their PDFs by two, and the
document of a customer with 3,000 devices with its annex.

`script/bench invoicing`. A worker proposes and closes one shard after the other, as a month end
does; the close seals the bills and issues their documents. A line is one of the bill's detail.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import workers
from benchmarks.customers import FLEET, SHAPES
from benchmarks.workers import SHARD, Figures, Queries

WORKERS, RACERS = 2, 4
RACED, RACED_SHARD = 400, 25
PRINTED = 120


def main() -> None:
    for name in ("small", "middle"):
        customers = int(os.environ.get("INVOICING_CUSTOMERS", SHAPES[name].customers))
        with workers.world(name, customers):
            found = workers.work(__file__, "issue", SHARD, customers, workers=WORKERS)
            _tell_issued(name, customers, found)
            if name == "small":
                _tell_printed(workers.work(__file__, "print", PRINTED, workers=WORKERS))
    with workers.world("small", RACED):
        raced = workers.work(__file__, "issue", RACED_SHARD, RACED, workers=RACERS)
        [[numbers]] = workers.work(__file__, "numbers", RACED, workers=1)
    with workers.world("fleet", FLEET.customers):
        workers.work(__file__, "issue", SHARD, FLEET.customers, workers=1)
        [annexed] = workers.work(__file__, "annex", workers=1)
    _tell_annexed(annexed)
    slowest = max(float(figures[1]) for figures in raced)
    print(
        f"| {RACERS} processes issuing at once | {RACED} of {RACED}, no gap | {numbers},"
        f" {RACED / slowest:.0f} a second | shards of {RACED_SHARD} |"
    )


def _tell_issued(name: str, customers: int, found: Figures) -> None:
    """`found`: of each worker CPU seconds, seconds, and numbers of queries that a shard took."""
    shape = SHAPES[name]
    busy = sum(float(figures[0]) for figures in found)
    rate = customers / max(float(figures[1]) for figures in found)
    queries = ", ".join(sorted({number for figures in found for number in figures[2:]}))
    print(
        f"| {customers:,} invoices rated and issued, {shape.lines} lines, two workers |"
        f" ≥ {shape.promised} a second | {rate:.0f} a second, {1000 * busy / customers:.1f} ms CPU"
        f" each | {queries} queries for each {SHARD} accounts |"
    )


def _tell_printed(found: Figures) -> None:
    """`found`: of each worker CPU seconds, seconds and pages."""
    rate = PRINTED * WORKERS / max(float(figures[1]) for figures in found)
    busy = sum(float(figures[0]) for figures in found) / PRINTED / WORKERS
    pages = "one page" if {figures[2] for figures in found} == {str(PRINTED)} else "more pages"
    print(
        f"| {PRINTED * WORKERS} Japanese PDFs of {pages}, two processes | ≥ 20 a second |"
        f" {rate:.1f} a second, {1000 * busy:.0f} ms CPU each | by the page |"
    )


def _tell_annexed(figures: list[str]) -> None:
    """`figures`: CPU seconds, seconds, pages, bytes of the annex; then the seconds of the PDF."""
    busy, took, pages, size, page = map(float, figures)
    print(
        f"| document of {FLEET.devices:,} devices with its annex of {FLEET.lines:,} lines"
        f" ({size / 1e6:.0f} MB) | 1 s | {took:.2f} s ({busy:.2f} CPU), of which the PDF of"
        f" {pages:.0f} page {page:.2f} s | by the line |"
    )


def issue(shard: int, customers: int, worker: int) -> None:
    """Propose and close every so-many-th shard."""
    from datetime import UTC, date, datetime

    from django.db import connection

    from billing_portal.common.periods import Month
    from invoices.services import bills

    month, now, day = Month(2026, 10), datetime(2026, 11, 2, tzinfo=UTC), date(2026, 11, 2)
    among = RACERS if shard == RACED_SHARD else WORKERS
    counts: set[int] = set()
    connection.ensure_connection()
    cpu, wall = time.process_time(), time.perf_counter()
    for start in range(1 + worker * shard, customers + 1, among * shard):
        ids = list(range(start, min(start + shard, customers + 1)))
        queries = Queries()
        with connection.execute_wrapper(queries):
            bills.propose(month=month, coverage="japan", account_ids=ids, now=now)
            closing = bills.close(
                month=month, coverage="japan", account_ids=ids, issue_date=day, now=now
            )
        if len(closing.closed) != len(ids):
            raise SystemExit(f"{len(closing.closed)} of {len(ids)} were closed.")
        counts.add(queries.count)
    print(time.process_time() - cpu, time.perf_counter() - wall, *sorted(counts))


def print_some(count: int, worker: int) -> None:
    """Render documents as a task does, without the rows that note it."""
    from invoices import pdf
    from invoices.models import Invoice

    first = worker * count
    snapshots = Invoice.objects.order_by("number").values_list("snapshot", "snapshot_hash")
    rows = list(snapshots[first : first + count + 1])
    pdf.render(rows[-1][0], snapshot_hash=rows[-1][1])  # the fonts are read once for each process
    cpu, wall = time.process_time(), time.perf_counter()
    made = [pdf.render(text, snapshot_hash=key) for text, key in rows[:count]]
    print(time.process_time() - cpu, time.perf_counter() - wall, _pages(made))


def annex(_worker: int) -> None:
    """Make the annex of the one document there is, and its PDF, as the task does."""
    from datetime import UTC, datetime

    from billing_portal.common import files
    from invoices import pdf
    from invoices.exports import annexes
    from invoices.models import Annex, Invoice
    from invoices.services import documents

    now, invoice = datetime(2026, 11, 2, tzinfo=UTC), Invoice.objects.get()
    pdf.render(invoice.snapshot, snapshot_hash=invoice.snapshot_hash)  # as in `print_some`
    cpu, wall = time.process_time(), time.perf_counter()
    annexes.make(invoice_id=invoice.pk, now=now)
    packed = time.perf_counter()
    file = documents.render(invoice_id=invoice.pk, now=now)
    end = time.perf_counter()
    pages, size = _pages([files.read(file.stored_as)]), Annex.objects.get().size
    print(time.process_time() - cpu, end - wall, pages, size, end - packed)


def _pages(made: list[bytes]) -> int:
    from io import BytesIO

    from pypdf import PdfReader

    return sum(len(PdfReader(BytesIO(data)).pages) for data in made)


def numbers(expected: int, _worker: int) -> None:
    from invoices.models import Invoice

    found = list(Invoice.objects.order_by("number").values_list("number", flat=True))
    whole = found == list(range(1, expected + 1))
    print(f"{len(found)}-of-{expected}" + ("-without-gap" if whole else "-WITH-GAPS"))


STEPS: dict[str, Callable[..., None]] = {
    "issue": issue,
    "print": print_some,
    "annex": annex,
    "numbers": numbers,
}

if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        workers.set_up()
        STEPS[sys.argv[1]](*map(int, sys.argv[2:]))
