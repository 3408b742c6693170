"""Query results as columns, by the fastest way out of each database (stack.md, Fast intake)."""

import io
from collections.abc import Mapping
from typing import Any

import polars as pl
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

Kinds = Mapping[str, pl.DataType | type[pl.DataType]]
INSTANT = pl.Datetime("us", "UTC")
TEXTS = (pl.String, pl.Categorical)


def fetch(rows: "QuerySet[Any, Any]", kinds: Kinds) -> pl.DataFrame:
    """The rows of a `values_list` query as a table with the given columns, in query order.

    Instants come as `Datetime("us", "UTC")`. JSON comes as its text.
    """
    try:
        sql, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return pl.DataFrame(schema=dict(kinds))
    way = _copy if connection.vendor == "postgresql" else _select
    return way(sql, parameters, kinds)


def _copy(sql: str, parameters: tuple[Any, ...], kinds: Kinds) -> pl.DataFrame:
    with connection.cursor() as cursor:
        statement = f"COPY ({sql}) TO STDOUT (FORMAT csv, NULL '\\N', FORCE_QUOTE *)"
        with cursor.cursor.copy(statement, parameters) as copy:
            content = b"".join(copy)
    if not content:
        return pl.DataFrame(schema=dict(kinds))
    rows = pl.read_csv(
        io.BytesIO(content),
        has_header=False,
        new_columns=list(kinds),
        schema={name: _readable(kind) for name, kind in kinds.items()},
        # A text is never null here, but may well say so. The parser wants a word for it all the
        # same, or takes empty texts for null: no text of PostgreSQL can hold this one.
        null_values={n: "\0" if kind in TEXTS else "\\N" for n, kind in kinds.items()},
        empty_string_is_null=False,
    )
    return rows.with_columns(_parsed(name, kind) for name, kind in kinds.items())


def _select(sql: str, parameters: tuple[Any, ...], kinds: Kinds) -> pl.DataFrame:
    """SQLite's driver knows columns by their declared type; instants come in UTC, unmarked."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    naive = {name: pl.Datetime("us") if kind == INSTANT else kind for name, kind in kinds.items()}
    return pl.DataFrame(rows, schema=naive, orient="row").with_columns(
        pl.col(name).dt.replace_time_zone("UTC") for name, kind in kinds.items() if kind == INSTANT
    )


def _readable(kind: pl.DataType | type[pl.DataType]) -> pl.DataType | type[pl.DataType]:
    return pl.String if kind in (pl.Boolean, INSTANT) else kind


def _parsed(name: str, kind: pl.DataType | type[pl.DataType]) -> pl.Expr:
    """PostgreSQL writes `t` and `2026-10-01 00:00:00.5+00`; the connection is set to UTC."""
    column = pl.col(name)
    if kind == pl.Boolean:
        return column == "t"
    if kind == INSTANT:
        plain = column.str.strip_suffix("+00")
        return plain.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", time_zone="UTC")
    return column
