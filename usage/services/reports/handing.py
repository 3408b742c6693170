"""The files of a report for one account: all of it, or only the pieces of a tenant."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from accounts.access import Access
from accounts.services.handing import Gift
from billing_portal.common import files
from usage.models import UsageReportRow
from usage.selectors import reports
from usage.services.reports.files import ACTIVE, UPDATES, Span, header

KIND = "report-file"
PIECE = 1 << 16
WHOLE = -1
"""The length of a file that is read to its end."""


@dataclass(frozen=True, slots=True)
class Sort:
    """One of the two files of a report: its columns, and the names of its fields."""

    columns: tuple[str, ...]
    field: str
    prefix: str


SORTS = {
    "active-devices": Sort(ACTIVE, "active_file", "active"),
    "firmware-updates": Sort(UPDATES, "updates_file", "updates"),
}


class NoSuchFile(UsageReportRow.DoesNotExist):
    """A key that names no file of a report."""


def key_of(*, row: UsageReportRow, sort: str) -> str:
    """Name a file of a row in a signed address."""
    return f"{row.pk}:{sort}"


def file_name(*, row: UsageReportRow, sort: str) -> str:
    """What the file is called when it is saved."""
    return f"{sort}_{row.report.month}_{row.key}.csv.gz"


def give(*, access: Access, key: str) -> Gift:
    """Find the file of a key for who may see the row; raises UsageReportRow.DoesNotExist."""
    pk, _colon, sort = key.partition(":")
    if sort not in SORTS or not pk.isdecimal():
        raise NoSuchFile
    row = reports.get(access=access, pk=int(pk))
    return Gift(
        name=file_name(row=row, sort=sort),
        content_type="application/gzip",
        account_key=row.key,
        action="usage_report.download",
        pieces=pieces(row=row, sort=SORTS[sort]),
    )


def pieces(*, row: UsageReportRow, sort: Sort) -> Iterator[bytes]:
    """The bytes of a file: for a tenant the header, and what is its own and below it."""
    name = getattr(row.report, sort.field)
    if row.account_id == row.report.account_id:
        yield from _read(name, [(0, WHOLE)])
    else:
        yield header(sort.columns)
        found = reports.below(row=row).order_by("account_id")
        yield from _read(name, found.values_list(f"{sort.prefix}_from", f"{sort.prefix}_size"))


def _read(name: str, spans: Iterable[Span]) -> Iterator[bytes]:
    with files.open_file(name) as file:
        for start, size in spans:
            file.seek(start)
            left = size
            while left and (piece := file.read(PIECE if size == WHOLE else min(left, PIECE))):
                left -= len(piece)
                yield piece
