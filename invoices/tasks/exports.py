"""Long downloads, made in the background."""

import logging
import tempfile
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import BinaryIO

from celery import shared_task

from accounts.models import Job
from billing_portal.common import clock, files
from billing_portal.common.dispatch import send
from invoices.exports import detail
from invoices.models import Bill
from invoices.services import exports

REPORT_SECONDS = 1.0
CHUNK = 1 << 20

log = logging.getLogger(__name__)


@shared_task
def make(*, job_id: int) -> None:
    """Make one detail CSV. Does nothing if another process has it or it is done."""
    job = exports.start(job_id=job_id, now=clock.now())
    if job is None:
        return
    if job.attempts > exports.MAX_ATTEMPTS:
        exports.fail(job=job, error="The work was cut short too often.", now=clock.now())
        return
    try:
        _make(job)
    except Exception as error:
        log.exception("detail CSV of job %s", job.pk)
        exports.fail(job=job, error=f"{type(error).__name__}: {error}", now=clock.now())


@shared_task
def sweep() -> None:
    """Enqueue what is due and held by nobody; remove results whose time is over."""
    for job in exports.due(now=clock.now()):
        send(make, job_id=job.pk)
    exports.expire(now=clock.now())


def _make(job: Job) -> None:
    bill = exports.bill_of(job=job)
    with tempfile.TemporaryDirectory(prefix="meisai-export-") as folder:
        path = Path(folder) / "detail.csv"
        _write(bill, path, job)
        stored = files.put_path(exports.FILES, path, suffix=".csv")
    exports.finish(
        job=job,
        stored=stored,
        file_name=detail.csv_name(bill, account_key=bill.account.key),
        now=clock.now(),
    )


def _write(bill: Bill, path: Path, job: Job) -> None:
    """Write the CSV in a thread, which asks the database nothing; tell here how far it is."""
    path.touch()
    with ThreadPoolExecutor(max_workers=1) as pool, path.open("rb") as growing:
        work = pool.submit(detail.write_csv, bill=bill, path=path)
        lines = 0
        while not wait([work], timeout=REPORT_SECONDS).done:
            lines += _lines(growing)
            percent = lines * 100 // max(bill.line_count, 1)
            exports.report(job=job, percent=percent, now=clock.now())
        work.result()


def _lines(growing: BinaryIO) -> int:
    """Count the lines that have come since the last look."""
    return sum(piece.count(b"\n") for piece in iter(lambda: growing.read(CHUNK), b""))
