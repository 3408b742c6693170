"""The table of a report: sorted totally, drawn for a page, and read row by row for a file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import django_tables2 as tables
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django_tables2.data import TableListData, TableQuerysetData

from billing_portal.common.parts.figures import NOTHING
from billing_portal.common.reports.values import reader

TEMPLATE = "generic/table.html"
SORT, PAGE, PER_PAGE = "sort", "page", "per_page"


class OrderedRows(TableQuerysetData):
    """Rows in a total order: the key comes last, so that no row is on two pages or on none.

    What is empty comes last in both directions, on both databases.
    """

    data: "QuerySet[Any]"

    def order_by(self, aliases: Sequence[str]) -> None:
        for alias in aliases:
            column = self.table.columns[str(alias).removeprefix("-")]
            queryset, done = column.order(self.data, str(alias).startswith("-"))
            if done:
                self.data = queryset
                return
        orders = [order for alias in aliases for order in self._orders(str(alias))]
        if orders:
            self.data = self.data.order_by(*orders)

    def finish(self) -> None:
        """Append the key to whatever order the rows have by now."""
        query = self.data.query
        usual = query.get_meta().ordering if query.default_ordering else ()
        orders = list(query.order_by or usual or ())
        self.data = self.data.order_by(*orders, "pk")

    def _orders(self, alias: str) -> Iterator[OrderBy]:
        bound = self.table.columns[alias.removeprefix("-")]
        for accessor in bound.column.order_by or (bound.accessor,):
            written = str(accessor).replace(".", "__")
            name = written.removeprefix("-")
            options = {"nulls_last": True} if self._may_be_empty(name) else {}
            backwards = alias.startswith("-") != written.startswith("-")
            yield F(name).desc(**options) if backwards else F(name).asc(**options)

    def _may_be_empty(self, name: str) -> bool:
        """Databases differ in where they put NULL; saying it where there is none costs time."""
        try:
            return bool(self.model._meta.get_field(name).null)
        except FieldDoesNotExist:
            return True


class ReportTable(tables.Table):
    """Base of all tables of reports. A subclass declares columns, and `Meta.order_by`."""

    def __init__(
        self,
        rows: "QuerySet[Any] | Sequence[Any]",
        *,
        caption: str = "",
        order_by: Sequence[str] | None = None,
        **options: Any,
    ) -> None:
        data = OrderedRows(rows) if isinstance(rows, QuerySet) else TableListData(list(rows))
        self.caption = caption
        self.total: Mapping[str, Any] = {}
        super().__init__(
            data,
            **{
                "template_name": TEMPLATE,
                "attrs": self._meta.attrs or {"class": "ledger"},
                "default": NOTHING,
                "order_by": order_by or None,
                "order_by_field": SORT,
                "page_field": PAGE,
                "per_page_field": PER_PAGE,
                **options,
            },
        )
        if isinstance(data, OrderedRows):
            data.finish()

    def turn(self, *, page: Any, per_page: int) -> None:
        """Open a page: the first for nonsense, the last for one that is too far."""
        self.paginate(per_page=per_page)
        self.page = self.paginator.get_page(page)
        self.fit([row.record for row in self.page])

    def fit(self, records: Sequence[Any]) -> None:
        """Let columns of exact amounts find room for the longest one."""
        for bound in self.columns:
            if hasattr(bound.column, "fit"):
                values = [tables.A(bound.accessor).resolve(record) for record in records]
                total = self.total.get(bound.name)
                bound.column.fit([value for value in [*values, total] if value is not None])

    def total_cells(self) -> Iterator[tuple[Any, Any]]:
        """(column, cell) of the row of totals; a text stands as it is."""
        for bound in self.columns:
            value = self.total.get(bound.name)
            if value is None or isinstance(value, str):
                yield bound, value or ""
            else:
                yield bound, bound.column.render(value)

    def head(self) -> list[str]:
        """The headers of all columns that the file has."""
        bound = [column for column in self.columns.iterall() if self._in_file(column)]
        return [str(column.header) for column in bound]

    def lines(self, records: Any) -> Iterator[list[str]]:
        """The plain values of these records, one list per record."""
        readers = [reader(self, bound) for bound in self.columns.iterall() if self._in_file(bound)]
        for record in records:
            yield [read(record) for read in readers]

    def _in_file(self, bound: Any) -> bool:
        return not bound.column.exclude_from_export
