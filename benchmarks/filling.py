"""Rows by the hundred thousand: `INSERT … SELECT` over numbers, the same on both databases."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "


def fill(model: type[models.Model], source: str, /, *, count: int = 1, **expressions: str) -> None:
    """Insert one row for each row of `source` ("n", or a join with it; n.i counts from 1).

    `expressions` give SQL by field name; other fields take their default.
    """
    fields = [field for field in model._meta.local_concrete_fields if _is_given(field, expressions)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(field, expressions) for field in fields)
    table = model._meta.db_table
    statement = f'INSERT INTO "{table}" ({columns}) {NUMBERS.format(count=count)}'
    with connection.cursor() as cursor:
        cursor.execute(f"{statement}SELECT {values} FROM {source}")  # noqa: S608


def text(*parts: str) -> str:
    """SQL that puts texts and numbers together: text("'AC'", pad("n.i", 6))."""
    return " || ".join(f"CAST({part} AS TEXT)" for part in parts)


def pad(number: str, width: int) -> str:
    """SQL of a number with leading zeros."""
    zeros = "0" * width
    return (
        f"SUBSTR('{zeros}' || CAST({number} AS TEXT), -{width})"
        if _sqlite()
        else (f"LPAD(CAST({number} AS TEXT), {width}, '0')")
    )


def pick(number: str, *texts: str) -> str:
    """SQL that takes one of the texts in turn."""
    cases = " ".join(f"WHEN {place} THEN '{one}'" for place, one in enumerate(texts))
    return f"CASE ({number}) % {len(texts)} {cases} END"


def instant(at: datetime) -> str:
    """SQL of one instant."""
    return f"'{at:%Y-%m-%d %H:%M:%S}'" if _sqlite() else f"TIMESTAMPTZ '{at.isoformat()}'"


def exact(number: str) -> str:
    """SQL of an exact decimal made of a whole number."""
    return f"CAST({number} AS {'TEXT' if _sqlite() else 'NUMERIC'})"


def json(value: str) -> str:
    """SQL of a JSON value given as SQL text."""
    return value if _sqlite() else f"CAST({value} AS JSONB)"


def day_of(month: str, day: int) -> str:
    """SQL of a day in a month that is SQL of "YYYY-MM"."""
    joined = text(month, f"'-{day:02}'")
    return joined if _sqlite() else f"CAST({joined} AS DATE)"


def boolean(value: bool) -> str:
    return str(int(value)) if _sqlite() else str(value).upper()


def settle() -> None:
    """Tell the database how much there is now, and set its counters behind it."""
    with connection.cursor() as cursor:
        if not _sqlite():
            for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
                cursor.execute(statement)
        cursor.execute("ANALYZE")


def _value(field: "models.Field[Any, Any]", expressions: dict[str, Any]) -> str:
    given = expressions.get(field.name)
    if given is not None:
        return str(given)
    default = field.get_default()
    if default is None:
        return "NULL"
    prepared = field.get_db_prep_save(default, connection)
    if isinstance(prepared, bool):
        return boolean(prepared)
    if isinstance(prepared, int):
        return str(prepared)
    return json("'{}'" if default == {} else "'[]'") if default in ({}, []) else f"'{prepared}'"


def _is_given(field: "models.Field[Any, Any]", expressions: dict[str, Any]) -> bool:
    return field.name in expressions or not isinstance(field, models.AutoField)


def _sqlite() -> bool:
    return connection.vendor == "sqlite"
