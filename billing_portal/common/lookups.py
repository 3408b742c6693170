"""`…__in` with keys: a list of any length is one parameter.

Django writes a parameter for each key, which costs as much as the query itself for a shard of
accounts or a batch of facts, and SQLite takes no more than 32,766 of them in a statement.
"""

import json
from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import In

LONG = 5_000
"""SQLite is quicker with single parameters up to here."""


class Keys(list[int]):
    """Whole numbers, each once, as they stand in the database."""


class _KeysIn(In):
    """What is no collection of keys, such as a subquery, is left to Django."""

    lookup_name = "in"

    def get_prep_lookup(self) -> Any:
        if isinstance(self.rhs, Collection) and _has_keys(self.lhs):
            keys = Keys(dict.fromkeys(self.rhs))
            if all(type(key) is int for key in keys):
                return keys
        return super().get_prep_lookup()

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        if not isinstance(self.rhs, Keys) or not self.rhs:
            return self.as_sql(compiler, connection)
        column, parameters = self.process_lhs(compiler, connection)
        keys = ",".join(map(str, self.rhs))
        return f"{column} = ANY(%s::bigint[])", (*parameters, f"{{{keys}}}")

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        if not isinstance(self.rhs, Keys) or len(self.rhs) <= LONG:
            return self.as_sql(compiler, connection)
        column, parameters = self.process_lhs(compiler, connection)
        keys = json.dumps(self.rhs)
        return f"{column} IN (SELECT value FROM json_each(%s))", (*parameters, keys)  # noqa: S608


class ColumnIn(_KeysIn):
    """Of a column."""


class RelationIn(_KeysIn, RelatedIn):
    """Of a relation."""


def install() -> None:
    """Take the place of Django's own lookups."""
    models.Field.register_lookup(ColumnIn)
    models.ForeignObject.register_lookup(RelationIn)


def _has_keys(column: Any) -> bool:
    field = getattr(column, "output_field", None)
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return isinstance(field, models.IntegerField)
