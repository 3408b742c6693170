"""How SQLite and PostgreSQL spell a trigger that refuses, and how they are asked for it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX = "meisai_frozen_"

# pg_trigger.tgtype: 1 for each row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate.
_TYPES = {"insert": 7, "delete": 11, "update": 19, "truncate": 34}
_RETURNS = {"insert": "NEW", "update": "NEW", "delete": "OLD", "truncate": "NULL"}

# A trigger that is switched off, restricted or moved to another function is read as changed.
_READ_POSTGRESQL = """
SELECT t.tgname, c.relname, t.tgtype, p.prosrc
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE starts_with(t.tgname, %s) AND c.relnamespace = current_schema()::regnamespace
  AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL AND t.tgattr = ''
"""
_READ_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger: what creates it, and what the database tells of it when all is well."""

    name: str
    table: str
    statements: tuple[str, ...]
    essence: tuple[object, ...]


def sqlite(table: str, operation: str, condition: str, _locks: list[str]) -> Trigger:
    name = f"{PREFIX}{table}_{operation}"
    sql = (
        f'CREATE TRIGGER "{name}" BEFORE {operation.upper()} ON "{table}" FOR EACH ROW'
        f" WHEN {condition} BEGIN SELECT RAISE(ABORT, '{_message(table, operation)}'); END"
    )
    return Trigger(name, table, (sql,), (sql,))


def postgresql(table: str, operation: str, condition: str, locks: list[str]) -> Trigger:
    name = f"{PREFIX}{table}_{operation}"
    each = "STATEMENT" if operation == "truncate" else "ROW"
    body = (
        f"BEGIN {' '.join(locks)} IF {condition} THEN"
        f" RAISE EXCEPTION '{_message(table, operation)}' USING ERRCODE = 'restrict_violation';"
        f" END IF; RETURN {_RETURNS[operation]}; END"
    )
    function = (
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS'
        f" $meisai${body}$meisai$"
    )
    trigger = (
        f'CREATE OR REPLACE TRIGGER "{name}" BEFORE {operation.upper()} ON "{table}"'
        f' FOR EACH {each} EXECUTE FUNCTION "{name}"()'
    )
    return Trigger(name, table, (function, trigger), (table, _TYPES[operation], body))


def read(connection: BaseDatabaseWrapper) -> dict[str, tuple[object, ...]]:
    """Return the essence of each freeze trigger that the database has, by name."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(_READ_SQLITE)
        else:
            cursor.execute(_READ_POSTGRESQL, [PREFIX])
        rows = cursor.fetchall()
    return {name: tuple(rest) for name, *rest in rows if name.startswith(PREFIX)}


def create(connection: BaseDatabaseWrapper, triggers: Iterable[Trigger]) -> None:
    with connection.cursor() as cursor:
        for trigger in triggers:
            for statement in trigger.statements:
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper, names: Iterable[str]) -> None:
    """Drop triggers by name; names that the database does not have are passed over."""
    with connection.cursor() as cursor:
        for name in sorted(names):
            if connection.vendor == "sqlite":
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
            else:
                # The function takes its trigger along, even one that was switched off.
                cursor.execute(f'DROP FUNCTION IF EXISTS "{name}"() CASCADE')


def _message(table: str, operation: str) -> str:
    return f"{table}: what is closed never changes ({operation} refused)"
