"""Many new rows at once, as fast as each database takes them.

`bulk_create` costs several times as much, most of it in Python; it is the way for rows whose keys
are wanted, for conflicts, and for fewer than some hundred rows.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, models

Convert = Callable[[Any], Any]


def load(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model, which are not saved yet. They do not learn their keys.

    Runs in the transaction of the caller. Constraints hold as ever, and raise IntegrityError.
    """
    if not rows:
        return
    fields = [field for field in rows[0]._meta.concrete_fields if not _is_counted(field)]
    values = _values(rows, fields)
    table = connection.ops.quote_name(rows[0]._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608
            cursor.executemany(statement, list(values))


def _is_counted(field: "models.Field[Any, Any]") -> bool:
    return isinstance(field, models.AutoField | models.BigAutoField)


def _values(
    rows: Sequence[models.Model], fields: "Iterable[models.Field[Any, Any]]"
) -> Iterator[tuple[Any, ...]]:
    columns = [(field.attname, _converter(field)) for field in fields]
    for row in rows:
        found = row.__dict__
        yield tuple(convert(found[name]) for name, convert in columns)


def _converter(field: "models.Field[Any, Any]") -> Convert:
    """Convert as the field does, but equal values once: of many rows most say the same."""
    known: dict[Any, Any] = {}

    def convert(value: Any) -> Any:
        if value is None or type(value) is str or type(value) is int:
            return value
        try:
            if value not in known:
                known[value] = field.get_db_prep_save(value, connection)
        except TypeError:  # a list or a dictionary
            return field.get_db_prep_save(value, connection)
        return known[value]

    return convert
