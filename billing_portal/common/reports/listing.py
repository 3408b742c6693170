"""A report at one address: its rows after the filters, sorted, as a page or as a file."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.forms import BoundField

from billing_portal.common.parts.forms import keep_typed
from billing_portal.common.reports.filters import ReportFilters
from billing_portal.common.reports.report import Report
from billing_portal.common.reports.scope import Scope
from billing_portal.common.reports.tables import PAGE, PER_PAGE, SORT, ReportTable

SIZES = (25, 50, 100, 200)
FORMAT = "format"
SORTS = 3
"""Sorting by more columns than that is nobody's wish."""


class Listing:
    """One report, read for one scope. Asks the database only for what is used."""

    def __init__(self, report: Report, scope: Scope) -> None:
        self.report = report
        self.scope = scope
        self.query = scope.query
        rows = report.rows(
            access=scope.access, account=scope.account, now=scope.now, query=scope.query
        )
        self.filters: ReportFilters = report.filters(scope.query, rows, scope=scope)
        self.valid = bool(self.filters.is_valid())
        keep_typed(self.filters.form)
        # A filter that is not understood shows nothing: all rows would be taken for filtered ones.
        self.rows: QuerySet[Any] = self.filters.qs if self.valid else rows.none()
        self.table: ReportTable = report.table(
            self.rows,
            caption=str(report.title),
            order_by=[part for part in scope.query.getlist(SORT) if part][:SORTS],
        )

    @property
    def ordered(self) -> "QuerySet[Any]":
        """The rows in the order that the address names, the key last."""
        rows: QuerySet[Any] = self.table.data.data
        return rows

    @cached_property
    def count(self) -> int:
        """How many rows there are after the filters."""
        paginator = getattr(self.table, "paginator", None)
        return int(paginator.count) if paginator else self.rows.count()

    def turn(self) -> None:
        """Open the page that the address names, with its totals."""
        if self.report.total is not None and self.valid:
            self.table.total = self.report.total(self.rows)
        self.table.turn(page=self.query.get(PAGE), per_page=self._per_page())

    def set_filters(self) -> Iterator[tuple[str, str]]:
        """(name, what was typed) of every filter that is set, in the order of the form."""
        for field in self.filters.form:
            typed = _typed(field)
            if typed:
                yield field.name, typed

    def address(self, **changes: str) -> str:
        """The parameters that lead to the same rows, with changes: "month=2026-10&sort=key"."""
        query = self.query.copy()
        for name in (PAGE, PER_PAGE, FORMAT):
            query.pop(name, None)
        for name, value in changes.items():
            query[name] = value
        return query.urlencode()

    @property
    def csv(self) -> str:
        """The parameters of the CSV of these rows."""
        return self.address(**{FORMAT: "csv"})

    @cached_property
    def set_count(self) -> int:
        """How many filters are set."""
        return len(list(self.set_filters()))

    @property
    def cleared_url(self) -> str:
        """The same list without any filter."""
        query = self.query.copy()
        for field in self.filters.form:
            for name in [name for name in query if _belongs(name, field.html_name)]:
                query.pop(name)
        query.pop(PAGE, None)
        return f"?{query.urlencode()}"

    def _per_page(self) -> int:
        asked = self.query.get(PER_PAGE, "")
        sizes = {str(size): size for size in (*SIZES, self.report.per_page)}
        return sizes.get(asked, self.report.per_page)


def _typed(field: BoundField) -> str:
    """What stands in a field, as text; several values with a plus between them."""
    data = field.data
    values = data if isinstance(data, list | tuple) else [data]
    return "+".join(str(value).strip() for value in values if value not in (None, "", False))


def _belongs(name: str, field: str) -> bool:
    """Whether a parameter is of a field, which may have parts such as since_min and since_max."""
    return name == field or name.startswith(f"{field}_")
