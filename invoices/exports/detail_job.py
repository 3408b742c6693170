"""A long detail CSV as a job."""

import tempfile
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import BinaryIO

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Job
from accounts.services.jobs import FILES, Kind, Made, Report
from billing_portal.common import files
from billing_portal.common.parts.figures import month_name
from billing_portal.common.periods import Month
from invoices.exports import detail
from invoices.models import Bill
from usage.choices import Coverage

REPORT_SECONDS = 1.0
CHUNK = 1 << 20


def make(job: Job, report: Report) -> Made:
    """Write the detail CSV of a bill as it is now: of a running month, the latest evaluation."""
    bill = Bill.objects.select_related("account", "annex").get(
        account=_account(job),
        coverage=job.subject["coverage"],
        month=Month.parse(job.subject["month"]),
    )
    with tempfile.TemporaryDirectory(prefix="meisai-export-") as folder:
        path = Path(folder) / "detail.csv"
        _write(bill, path, report)
        stored = files.put_path(FILES, path, suffix=".csv")
    return Made(stored, detail.csv_name(bill, account_key=bill.account.key))


def title(job: Job) -> str:
    """What it is about: "October 2026, Japan"."""
    coverage = Coverage(job.subject["coverage"]).label
    return f"{month_name(Month.parse(job.subject['month']))}, {coverage}"


def back(job: Job) -> str:
    """The page of the bill."""
    return reverse("bill", args=[_account(job).key, job.subject["coverage"], job.subject["month"]])


DETAIL_CSV = Kind("detail-csv", _("Detail CSV"), make, title, back)


def _account(job: Job) -> Account:
    if job.account is None:
        raise TypeError("A detail CSV is of an account.")
    return job.account


def _write(bill: Bill, path: Path, report: Report) -> None:
    """Write the CSV in a thread, which asks the database nothing; tell here how far it is."""
    path.touch()
    with ThreadPoolExecutor(max_workers=1) as pool, path.open("rb") as growing:
        work = pool.submit(detail.write_csv, bill=bill, path=path)
        lines = 0
        while not wait([work], timeout=REPORT_SECONDS).done:
            lines += _lines(growing)
            report(lines * 100 // max(bill.line_count, 1))
        work.result()


def _lines(growing: BinaryIO) -> int:
    """Count the lines that have come since the last look."""
    return sum(piece.count(b"\n") for piece in iter(lambda: growing.read(CHUNK), b""))
