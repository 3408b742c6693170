"""Tables whose rows never change once they are closed, and the database sees to it.

A model is declared once with `@frozen`; triggers named meisai_frozen_<table>_<op> refuse what would
change it. They are installed after every migrate, not by a migration, because SQLite rebuilds
tables and drops their triggers without a word. A system check compares declared with installed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from billing_portal.common import triggers
from billing_portal.common.triggers import PREFIX, Trigger

ROW = "{row}"
OPERATIONS = ("insert", "update", "delete", "truncate")
# PostgreSQL cuts names off after 63 bytes.
LONGEST_TABLE = 63 - len(PREFIX) - len("_truncate")


class BadFreeze(ValueError):
    """A declaration that no trigger can be made of."""


@dataclass(frozen=True, slots=True)
class Freeze:
    """What was declared of one model. Conditions are SQL with {row} for the row in question."""

    model: type[models.Model]
    when: str | None
    parent: str | None
    parent_when: str | None

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def parent_field(self) -> "models.ForeignKey[models.Model, models.Model] | None":
        if self.parent is None:
            return None
        field = self.model._meta.get_field(self.parent)
        if not isinstance(field, models.ForeignKey):
            raise BadFreeze(f"{self.model.__name__}.{self.parent} is no foreign key.")
        return field

    def closed(self, row: str) -> str:
        """Return the SQL condition under which this row must not be changed or deleted."""
        if self.when is None and self.parent is None:
            return "1 = 1"
        own = [] if self.when is None else [f"({self.when.replace(ROW, row)})"]
        return " OR ".join([*own, *self.parent_closed(row)])

    def parent_closed(self, row: str) -> list[str]:
        """Return the SQL condition under which nothing may be added to the parent of this row."""
        field = self.parent_field
        if field is None or self.parent_when is None:
            return []
        target = field.related_model._meta.db_table
        key = field.target_field.column
        condition = self.parent_when.replace(ROW, "closed_parent")
        same = f'closed_parent."{key}" = {row}."{field.column}"'
        return [_exists(f'"{target}" closed_parent', f"{same} AND ({condition})")]

    def condition(self, operation: str) -> str | None:
        """Return the SQL condition under which the operation is refused, or None for never."""
        match operation:
            case "insert":
                return " OR ".join(self.parent_closed("NEW")) or None
            case "update":
                return " OR ".join([self.closed("OLD"), *self.parent_closed("NEW")])
            case "delete":
                return self.closed("OLD")
        return _exists(f'"{self.table}" closed_row', self.closed("closed_row"))

    def triggers(self, vendor: str) -> list[Trigger]:
        """Return the triggers that this declaration means on a database of this vendor."""
        wanted = [(operation, self.condition(operation)) for operation in OPERATIONS]
        make = triggers.sqlite if vendor == "sqlite" else triggers.postgresql
        return [
            make(self.table, operation, condition, self._locks(operation))
            for operation, condition in wanted
            if condition is not None and not (vendor == "sqlite" and operation == "truncate")
        ]

    def _locks(self, operation: str) -> list[str]:
        """Lock the parent, so that it cannot be closed while a row is being added to it."""
        field = self.parent_field
        rows = {"insert": ["NEW"], "update": ["OLD", "NEW"], "delete": ["OLD"]}
        if field is None or operation not in rows:
            return []
        target = field.related_model._meta.db_table
        key = field.target_field.column
        return [
            f'PERFORM 1 FROM "{target}" WHERE "{key}" = {row}."{field.column}" FOR SHARE;'
            for row in rows[operation]
        ]


FrozenModel = TypeVar("FrozenModel", bound=models.Model)
_DECLARED: dict[str, Freeze] = {}


def frozen(
    when: str | None = None, parent: str | None = None, parent_when: str | None = None
) -> Callable[[type[FrozenModel]], type[FrozenModel]]:
    """Declare that rows of a model never change.

    Without arguments every row is frozen as soon as it is written. `when` freezes a row once it
    fulfils an SQL condition such as "{row}.state = 'closed'"; the row as it was before an update
    decides. `parent` names a foreign key: while its row fulfils `parent_when`, rows under it can
    neither be added nor changed nor deleted.
    """

    def declare(model: type[FrozenModel]) -> type[FrozenModel]:
        table = model._meta.db_table
        if len(table) > LONGEST_TABLE:
            raise BadFreeze(f"{table}: name the table with at most {LONGEST_TABLE} letters.")
        if (parent is None) != (parent_when is None):
            raise BadFreeze(f"{table}: parent and parent_when belong together.")
        if any(text is not None and ROW not in text for text in (when, parent_when)):
            raise BadFreeze(f"{table}: a condition names the row as {ROW}.")
        _DECLARED[table] = Freeze(model, when, parent, parent_when)
        return model

    return declare


def declared() -> tuple[Freeze, ...]:
    """Return all declarations, by table."""
    return tuple(_DECLARED[table] for table in sorted(_DECLARED))


def installed(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of the freeze triggers that the database has, whatever they do."""
    return set(triggers.read(connection))


def missing(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of the declared triggers that are absent, switched off or changed.

    Tables that do not exist yet are left out.
    """
    present = triggers.read(connection)
    return {
        trigger.name
        for trigger in _wanted(connection)
        if present.get(trigger.name) != trigger.essence
    }


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers in the database those that are declared. Safe to run at any time."""
    wanted = _wanted(connection)
    absent = missing(connection)
    surplus = installed(connection) - {trigger.name for trigger in wanted}
    with transaction.atomic(using=connection.alias):
        triggers.remove(connection, surplus | absent)
        triggers.create(connection, [trigger for trigger in wanted if trigger.name in absent])


def drop(connection: BaseDatabaseWrapper) -> None:
    """Remove all freeze triggers: before SQLite rebuilds a table, and before a test empties it."""
    with transaction.atomic(using=connection.alias):
        triggers.remove(connection, installed(connection))


def _exists(source: str, condition: str) -> str:
    # All parts come from model declarations.
    return f"EXISTS (SELECT 1 FROM {source} WHERE {condition})"  # noqa: S608


def _wanted(connection: BaseDatabaseWrapper) -> list[Trigger]:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    return [
        trigger
        for freeze in declared()
        if freeze.table in tables
        for trigger in freeze.triggers(connection.vendor)
    ]
