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


def fetch(rows: "QuerySet[Any, Any]", kinds: Kinds) -> pl.DataFrame:
    """The rows of a `values_list` query as a table with the given columns, in query order.

    Instants come as `Datetime("us", "UTC")`. JSON comes as its text.
    """
    try:
        sql, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return pl.DataFrame(schema=dict(kinds))
    raw = {name: pl.String if kind == INSTANT else kind for name, kind in kinds.items()}
    way = _copy if connection.vendor == "postgresql" else _select
    return way(sql, parameters, raw).with_columns(
        _instant(name) for name, kind in kinds.items() if kind == INSTANT
    )


def _copy(sql: str, parameters: tuple[Any, ...], kinds: Kinds) -> pl.DataFrame:
    with connection.cursor() as cursor:
        statement = f"COPY ({sql}) TO STDOUT (FORMAT csv, NULL '\\N', FORCE_QUOTE *)"
        with cursor.cursor.copy(statement, parameters) as copy:
            content = b"".join(copy)
    if not content:
        return pl.DataFrame(schema=dict(kinds))
    return pl.read_csv(
        io.BytesIO(content),
        has_header=False,
        new_columns=list(kinds),
        schema={name: _plain(kind) for name, kind in kinds.items()},
        null_values="\\N",
        missing_utf8_is_empty_string=True,
    ).with_columns(
        (pl.col(name) == "t").alias(name) for name, kind in kinds.items() if kind == pl.Boolean
    )


def _plain(kind: pl.DataType | type[pl.DataType]) -> pl.DataType | type[pl.DataType]:
    return pl.String if kind == pl.Boolean else kind


def _select(sql: str, parameters: tuple[Any, ...], kinds: Kinds) -> pl.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    readable = {name: pl.Int64 if kind == pl.Boolean else kind for name, kind in kinds.items()}
    return pl.DataFrame(rows, schema=readable, orient="row").with_columns(
        pl.col(name).cast(pl.Boolean) for name, kind in kinds.items() if kind == pl.Boolean
    )


def _instant(name: str) -> pl.Expr:
    """SQLite keeps `2026-10-01 00:00:00.5` in UTC; PostgreSQL says the same with `+00` behind."""
    return (
        pl.col(name)
        .str.strip_suffix("+00")
        .str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", time_zone="UTC")
    )
