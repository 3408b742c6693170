"""Plain values of a table's columns, for files of any length.

django-tables2 looks up the signature of a column's function for each cell; here it is done once.
"""

import inspect
from collections.abc import Callable
from typing import Any

import django_tables2 as tables
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from billing_portal.common import csvfile

Reader = Callable[[Any], str]


def reader(table: tables.Table, bound: Any) -> Reader:
    """Return what reads one column from a record: by `value_NAME` of the table, else by `value`
    of the column, else as text. What is drawn for the page never gets into a file.
    """
    write = getattr(table, f"value_{bound.name}", None) or _of_column(bound.column)
    wanted = _wanted(write)
    take = _taker(tables.A(bound.accessor))
    fixed = {"table": table, "column": bound.column, "bound_column": bound}
    given = {name: fixed[name] for name in wanted if name in fixed}
    empty = bound.column.empty_values

    def read(record: Any) -> str:
        value = take(record)
        if value in empty:
            return ""
        if "value" in wanted:
            given["value"] = value
        if "record" in wanted:
            given["record"] = record
        written = write(**given)
        return "" if written is None else str(written)

    return read


def _of_column(column: tables.Column) -> Callable[..., Any]:
    own = type(column).value is not tables.Column.value
    return column.value if own else _text


def _text(value: Any) -> str:
    return csvfile.guard(str(value))


def _wanted(function: Callable[..., Any]) -> set[str]:
    known = {"value", "record", "table", "column", "bound_column"}
    names = set(inspect.signature(function).parameters)
    if not names <= known:
        raise TypeError(f"{function!r} may take {sorted(known)}, not {sorted(names - known)}.")
    return names


def _taker(accessor: Any) -> Callable[[Any], Any]:
    """Return what takes the value out of a record; of a choice, its label as on the page."""
    labels: dict[type, str | None] = {}

    def take(record: Any) -> Any:
        holder, last = accessor.penultimate(record)
        kind = type(holder)
        if kind not in labels:
            labels[kind] = _label(holder, last)
        name = labels[kind]
        return getattr(holder, name)() if name else accessor.resolve(record, quiet=True)

    return take


def _label(holder: Any, name: str) -> str | None:
    if not isinstance(holder, Model):
        return None
    try:
        field = holder._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return f"get_{name}_display" if getattr(field, "choices", None) else None
