"""`…__in` with keys, numbers or texts: a long list is one parameter.

Django writes a parameter for each key, which costs as much as the query itself for a shard of
accounts or a batch of facts, and SQLite takes no more than 32,766 of them in a statement.
"""

import json
from collections.abc import Callable, Collection
from typing import Any

from django.db import models
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import In

FEW = 16
"""So many are written out: conditions of constraints and indexes must not ask for a list."""

MANY = 5_000
"""So many are written out on SQLite, which plans a sorted page worse without them (1.1 s)."""


class Keys(list[Any]):
    """Numbers or texts, each once, as they stand in the database."""


class _KeysIn(In):
    """What is no collection of keys, such as a subquery, is left to Django."""

    lookup_name = "in"

    def get_prep_lookup(self) -> Any:
        kind = _kind_of_key(self.lhs)
        if kind and isinstance(self.rhs, Collection) and len(self.rhs) > FEW:
            keys = Keys(dict.fromkeys(self.rhs))
            if set(map(type, keys)) == {kind} and _are_storable(keys):
                return keys
        return super().get_prep_lookup()

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        if _kind_of_key(self.lhs) is str:
            return self._as_one(compiler, connection, "= ANY(%s)", list)
        return self._as_one(compiler, connection, "= ANY(%s::bigint[])", _numbers)

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        if isinstance(self.rhs, Keys) and len(self.rhs) <= MANY:
            return self.as_sql(compiler, connection)
        condition = "IN (SELECT value FROM json_each(%s))"
        return self._as_one(compiler, connection, condition, json.dumps)

    def _as_one(
        self, compiler: Any, connection: Any, condition: str, written: Callable[[Keys], object]
    ) -> tuple[str, tuple[Any, ...]]:
        if not isinstance(self.rhs, Keys):
            return self.as_sql(compiler, connection)
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} {condition}", (*parameters, written(self.rhs))


class ColumnIn(_KeysIn):
    """Of a column."""


class RelationIn(_KeysIn, RelatedIn):
    """Of a relation."""


def install() -> None:
    """Take the place of Django's own lookups."""
    models.Field.register_lookup(ColumnIn)
    models.ForeignObject.register_lookup(RelationIn)


def _kind_of_key(column: Any) -> type | None:
    field = getattr(column, "output_field", None)
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.IntegerField):
        return int
    return str if type(field) in (models.CharField, models.TextField) else None


def _are_storable(keys: Keys) -> bool:
    """Tell whether a database can have such numbers or texts; Django knows what to do if not."""
    if isinstance(keys[0], str):
        return "\0" not in "".join(keys)
    return bool(-1 << 63 <= min(keys) <= max(keys) < 1 << 63)


def _numbers(keys: Keys) -> str:
    """An array of PostgreSQL, whose driver takes five times as long to write one, and not of
    `bigint` as the columns are: then each row would be compared with every key.
    """
    return f"{{{','.join(map(str, keys))}}}"
