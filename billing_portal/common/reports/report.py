"""What a report is, and which ones there are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise

from billing_portal.common.reports.filters import ReportFilters
from billing_portal.common.reports.tables import ReportTable

Words = str | Promise
Total = Callable[["QuerySet[Any]"], Mapping[str, Any]]


class Rows(Protocol):
    """A selector: all rows of one account that this access sees, before any filter."""

    def __call__(
        self, *, access: Any, account: Any, now: datetime, query: QueryDict
    ) -> "QuerySet[Any]": ...


@dataclass(frozen=True, slots=True)
class Report:
    """One list, declared once for its page and its CSV.

    name: first word of the file names, and the key in the registry.
    rows: called with `query`, the parameters of the address and the captured parts of its path.
    reach: whether the account's usage or its money must be visible; asked again by the worker.
    switches: parameters of the address, besides the filters, that choose what is shown ("month");
        they stay in every link and stand in the file name.
    total: what stands below the columns of these names, over all filtered rows.
    also: a template with what else can be had of the rows, beside the CSV.
    stream_rows: a CSV of up to so many rows is sent at once; a longer one is made by a job.
    """

    name: str
    title: Words
    rows: Rows
    table: type[ReportTable]
    filters: type[ReportFilters]
    reach: Literal["usage", "money"] = "usage"
    empty: tuple[Words, Words] = ("", "")
    switches: tuple[str, ...] = ()
    total: Total | None = None
    per_page: int = 50
    stream_rows: int = 5000
    also: str = ""


REPORTS: dict[str, Report] = {}


def register(report: Report) -> Report:
    """Make a report known to the worker that writes its CSV. Call it when the app is ready."""
    REPORTS[report.name] = report
    return report
