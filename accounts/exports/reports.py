"""A long report as a CSV made by a job."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import access_of
from accounts.models import Account, Job
from accounts.services.jobs import FILES, CannotBeDone, Kind, Made, Report
from billing_portal.common import csvfile, files
from billing_portal.common.periods import Month
from billing_portal.common.reports.files import chunks, file_name, keys, lines_of
from billing_portal.common.reports.listing import Listing
from billing_portal.common.reports.report import REPORTS
from billing_portal.common.reports.scope import Scope

NAME = "report-csv"


def subject(*, report: str, query: str, back: str, person_id: int) -> dict[str, str | int]:
    """What a job of this kind is about.

    The person belongs to it: another one with other rights is not given the same file.
    """
    return {"report": report, "query": query, "back": back, "person": person_id}


def make(job: Job, report: Report) -> Made:
    """Write all rows that the person may see now, as of the instant at which they asked."""
    listing = listing_of(job)
    with tempfile.TemporaryDirectory(prefix="meisai-report-") as folder:
        path = Path(folder) / "report.csv"
        with path.open("wb") as file:
            file.writelines(csvfile.encode(_lines(listing, report)))
        stored = files.put_path(FILES, path, suffix=".csv")
    return Made(stored, file_name(listing))


def title(job: Job) -> str:
    """What it is about: "Devices"."""
    return str(REPORTS[job.subject["report"]].title)


def back(job: Job) -> str:
    """The list from which it was ordered, with its filters."""
    return str(job.subject["back"])


REPORT_CSV = Kind(NAME, gettext_lazy("CSV of a list"), make, title, back)


def listing_of(job: Job) -> Listing:
    """The list as it was ordered, for who may still see it; CannotBeDone otherwise."""
    report = REPORTS[job.subject["report"]]
    access = access_of(job.asker, month=Month.of(job.created_at))
    seen = access.money if report.reach == "money" else access.usage
    if job.account_id not in seen:
        raise CannotBeDone(_("You no longer have access to this list, so nothing was made."))
    query = QueryDict(job.subject["query"])
    listing = Listing(report, Scope(access, _account(job), job.created_at, query))
    if not listing.valid:
        raise CannotBeDone(_("A filter of this list is no longer valid. Set it again."))
    return listing


def _account(job: Job) -> Account:
    if job.account is None:
        raise TypeError("A report is of an account.")
    return job.account


def _lines(listing: Listing, report: Report) -> Iterator[list[str]]:
    """Read the keys first and then the rows in pieces, each read to its end: on SQLite a read
    that is still open would make the write that says how far we are fail.
    """
    yield listing.table.head()
    wanted = keys(listing)
    done = 0
    for some in chunks(wanted):
        report(done * 100 // len(wanted))
        yield from lines_of(listing, some)
        done += len(some)
