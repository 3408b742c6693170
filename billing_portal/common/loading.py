"""Many rows at once, as fast as each database takes them.

`bulk_create` and `bulk_update` cost several times as much, most of it in Python; they are the way
for conflicts, and for fewer than some hundred rows. All of this runs in the transaction of the
caller. Constraints hold as ever, and raise IntegrityError.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, models

Convert = Callable[[Any], Any]


def load(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model, which are not saved yet. They do not learn their keys."""
    if not rows:
        return
    fields = [field for field in rows[0]._meta.concrete_fields if not _is_counted(field)]
    values = _values(rows, fields)
    table, columns = _quoted(rows), _columns(fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
            cursor.executemany(statement, list(values))


def load_keyed(rows: Sequence[models.Model], *, by: str) -> None:
    """The same, but they learn their keys: `by` is a field that tells them apart."""
    load(rows)
    if not rows:
        return
    known = {getattr(row, by): row for row in rows}
    there = type(rows[0])._base_manager.filter(**{f"{by}__in": list(known)})
    for name, key in there.values_list(by, "pk"):
        known[name].pk, known[name]._state.adding = key, False


def change(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these fields of rows of one model that are in the database already."""
    if not rows:
        return
    known = {field.name: field for field in rows[0]._meta.concrete_fields}
    fields = [known[name] for name in (*names, rows[0]._meta.pk.name)]
    values = list(_values(rows, fields))
    table, columns = _quoted(rows), _columns(fields)
    *changed, key = columns
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sets = ", ".join(f"{column} = new.{column}" for column in changed)
            lists = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
            cursor.execute(
                f"UPDATE {table} SET {sets} FROM unnest({lists}) AS new ({', '.join(columns)})"  # noqa: S608
                f" WHERE {table}.{key} = new.{key}",
                [list(column) for column in zip(*values, strict=True)],
            )
        else:
            sets = ", ".join(f"{column} = %s" for column in changed)
            statement = f"UPDATE {table} SET {sets} WHERE {key} = %s"  # noqa: S608
            cursor.executemany(statement, values)


def _is_counted(field: "models.Field[Any, Any]") -> bool:
    return isinstance(field, models.AutoField | models.BigAutoField)


def _quoted(rows: Sequence[models.Model]) -> str:
    return connection.ops.quote_name(rows[0]._meta.db_table)


def _columns(fields: "Iterable[models.Field[Any, Any]]") -> list[str]:
    return [connection.ops.quote_name(str(field.column)) for field in fields]


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
