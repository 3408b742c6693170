"""The documents that were found as one ZIP: their PDFs and annexes as they were made, and an index.

One document at a time is read and written, however many there are.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import access_of
from accounts.exports.reports import listing_of
from accounts.models import Job
from accounts.services.jobs import FILES, CannotBeDone, Kind, Made, Report
from billing_portal.common import csvfile, files, money
from billing_portal.common.periods import Month
from billing_portal.common.reports.scope import Scope
from invoices.filters.documents import ArchiveFilters
from invoices.models import Annex, Invoice
from invoices.services.documents import annexes
from usage.selectors.chunks import chunks

NAME = "invoice-archive"
INDEX = "index.csv"
HEAD = [
    *("number", "kind", "issue_date", "counterparty", "account", "month", "coverage", "currency"),
    *("net", "tax", "total", "due_date", "corrects", "file", "sha256", "seal"),
    *("annexes", "annexes_sha256"),
]
AT_ONCE = 100
"""So many documents are read from the database at a time; their PDFs are read one by one."""
OLDEST = 1980
"""ZIP knows no earlier year."""


def make(job: Job, report: Report) -> Made:
    """Write what the person may see now of what they searched."""
    found = _found(job)
    keys = list(found.values_list("pk", flat=True).iterator(chunk_size=1000))
    with tempfile.TemporaryDirectory(prefix="meisai-archive-") as folder:
        path = Path(folder) / "archive.zip"
        with ZipFile(path, "w") as archive, (Path(folder) / INDEX).open("wb+") as index:
            index.writelines(csvfile.encode(_written(archive, keys, report)))
            index.seek(0)
            _copy(index, archive, _entry(INDEX, (OLDEST, 1, 1)), ZIP_DEFLATED)
        stored = files.put_path(FILES, path, suffix=".zip")
    return Made(stored, f"invoices_{job.created_at:%Y-%m-%d}.zip", {"documents": len(keys)})


def title(job: Job) -> str:
    """What it is about."""
    return _("documents of all customers") if job.account is None else job.account.team_name


def back(job: Job) -> str:
    """The list from which it was ordered, with its filters."""
    return str(job.subject["back"])


ARCHIVE = Kind(NAME, gettext_lazy("Documents as ZIP"), make, title, back, "application/zip")


def subject(*, query: str, back: str, person_id: int) -> dict[str, str | int]:
    """What a job of this kind is about; see accounts.exports.reports."""
    return {"report": "invoices", "query": query, "back": back, "person": person_id}


def searched(query: QueryDict, scope: Scope) -> ArchiveFilters:
    """What staff search, over all customers."""
    rows = Invoice.objects.defer("snapshot").order_by("series", "number")
    return ArchiveFilters(query, rows, scope=scope)


def _found(job: Job) -> "QuerySet[Invoice]":
    if job.account is not None:
        rows: QuerySet[Invoice] = listing_of(job).ordered
        return rows
    person = job.person or AnonymousUser()
    access = access_of(person, month=Month.of(job.created_at))
    if not (access.is_staff and person.has_perm("invoices.view_invoice")):
        raise CannotBeDone(_("You no longer have access to this list, so nothing was made."))
    query = QueryDict(job.subject["query"])
    filters = searched(query, Scope(access, None, job.created_at, query))
    if not filters.is_valid():
        raise CannotBeDone(_("A filter of this list is no longer valid. Set it again."))
    searched_rows: QuerySet[Invoice] = filters.qs
    return searched_rows


def _written(archive: ZipFile, keys: Sequence[int], report: Report) -> Iterator[Sequence[str]]:
    """Write PDFs and annexes, and yield the lines of the index beside them."""
    yield HEAD
    done = 0
    rows = Invoice.objects.select_related("account", "file", "corrects")
    rows = rows.defer("snapshot", "corrects__snapshot")
    for some in chunks(keys, AT_ONCE):
        by_key = rows.in_bulk(some)
        for key in some:
            yield _line(archive, by_key[key])
            done += 1
            if done % 50 == 0:
                report(done * 100 // len(keys))


def _line(archive: ZipFile, invoice: Invoice) -> list[str]:
    file = getattr(invoice, "file", None)
    name = f"{invoice.label}.pdf" if file else ""
    if file:
        with files.open_file(file.stored_as) as source:
            _copy(source, archive, _info(name, invoice), ZIP_STORED)
    kept = [bill.annex for bill in annexes.bills_of(invoice=invoice) if hasattr(bill, "annex")]
    for annex in kept:
        _add(archive, annex, invoice)
    unit = money.Currency(invoice.currency)
    amounts = (invoice.net_minor, invoice.tax_minor, invoice.total_minor)
    return [
        *(invoice.label, invoice.kind, invoice.issue_date.isoformat()),
        *(csvfile.guard(invoice.counterparty), csvfile.guard(invoice.account.key)),
        *(invoice.month.iso, invoice.coverage, invoice.currency),
        *(money.plain(money.from_minor(minor, unit)) for minor in amounts),
        *(invoice.due_date.isoformat(), invoice.corrects.label if invoice.corrects else ""),
        *(name, file.sha256 if file else "", invoice.seal),
        " ".join(_named(annex, invoice) for annex in kept),
        " ".join(annex.sha256 for annex in kept),
    ]


def _add(archive: ZipFile, annex: Annex, invoice: Invoice) -> None:
    info = _info(_named(annex, invoice), invoice)
    info.compress_type = ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=True) as target:
        target.writelines(annexes.unpacked(annex))


def _named(annex: Annex, invoice: Invoice) -> str:
    """A modified document has the annexes of the first one: each stands beside its PDF."""
    return f"{invoice.label}_{annex.name}"


def _info(name: str, invoice: Invoice) -> ZipInfo:
    year, month, day = invoice.issue_date.timetuple()[:3]
    return _entry(name, (max(year, OLDEST), month, day))


def _entry(name: str, day: tuple[int, int, int]) -> ZipInfo:
    info = ZipInfo(name, (*day, 0, 0, 0))
    info.external_attr = 0o644 << 16
    return info


def _copy(source: IO[bytes], archive: ZipFile, info: ZipInfo, method: int) -> None:
    info.compress_type = method
    with archive.open(info, "w") as target:
        shutil.copyfileobj(source, target)
