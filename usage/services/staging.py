"""The temporary table through which many facts become rows at once, for both databases.

Facts are numbered in the order of their event ids: a table that grows in random order falls to a
third of its speed. Of several facts with one event id only the first is tried (`is_first`).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import connection

# The content by which a repeated fact is a duplicate or a conflict, and what people call it.
CONTENT = {
    "account_id": "account",
    "coverage": "coverage",
    "device_id": "device",
    "meter_id": "meter",
    "variant": "variant",
    "at": "at",
    "whole_day": "whole day",
    "quantity": "quantity",
}
COLUMNS = ("fact", "is_first", "month", "is_priced", "event_id", *CONTENT)

_NAMES = ", ".join(CONTENT)


class Rows(Protocol):
    """Rows in the form that each database takes many of at once.

    Instants are text such as "2026-10-31 12:00:00" or "…:00.123456", in UTC, as SQLite keeps them.
    """

    def tuples(self) -> Iterable[list[tuple[Any, ...]]]:
        """Give some thousand rows at a time."""
        ...

    def csv(self) -> Iterable[bytes]:
        """Give CSV without a header, with quoted texts and nothing for null."""
        ...


class Facts(Rows, Protocol):
    """Facts in the order of their numbers, with the columns `COLUMNS`."""

    def devices(self, *, known: Sequence[int], now: datetime) -> Rows:
        """Give what the facts but those of the numbers in `known` prove of devices.

        The columns are those of `usage.services.activity.DEVICES`.
        """
        ...

    def days(self, *, known: Sequence[int]) -> Rows:
        """Give the same facts added up by account, meter and day: columns `activity.DAYS`."""
        ...


@dataclass(frozen=True, slots=True)
class Known:
    """A staged fact whose event id is stored already, and the columns in which it differs.

    `differs` is "" for a duplicate; else names such as "device, quantity".
    """

    fact: int
    month: int
    is_priced: bool
    differs: str


class Stage(Protocol):
    """One database's way to load facts and to merge them into the table of records."""

    def fill(self, facts: Facts) -> None: ...

    def merge(self, *, source_id: int, late: Sequence[int]) -> list[Known]:
        """Insert what is new; priced facts of the months numbered in `late` are marked late.

        Returns the facts that were not inserted.
        """
        ...


class SqliteStage:
    def fill(self, facts: Facts) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS temp.usage_stage")
            cursor.execute(
                "CREATE TEMP TABLE usage_stage (fact integer PRIMARY KEY, is_first integer,"
                " month integer, is_priced integer, event_id text, account_id integer,"
                " coverage text, device_id integer, meter_id integer, variant text, at text,"
                " whole_day integer, quantity integer)"
            )
            own = not connection.in_atomic_block
            # Outside a transaction each row would be one of its own. This one locks nobody out:
            # it only touches the temporary database.
            if own:
                cursor.execute("BEGIN DEFERRED")
            for part in facts.tuples():
                cursor.executemany(_FILL_SQLITE, part)
            if own:
                cursor.execute("COMMIT")

    def merge(self, *, source_id: int, late: Sequence[int]) -> list[Known]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(id), 0) FROM usage_usagerecord")
            (before,) = cursor.fetchone()
            cursor.execute("SELECT count(*) FROM usage_stage")
            (count,) = cursor.fetchone()
            cursor.execute(_INSERT_SQLITE, [source_id, json.dumps(late)])
            if cursor.rowcount == count:
                return []
            cursor.execute(_KNOWN_SQLITE, [source_id, before])
            return [Known(*row) for row in cursor.fetchall()]


class PostgresStage:
    def fill(self, facts: Facts) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "DROP TABLE IF EXISTS pg_temp.usage_stage;"
                " CREATE TEMP TABLE usage_stage (fact bigint, is_first boolean, month integer,"
                " is_priced boolean, event_id text, account_id bigint, coverage text,"
                " device_id bigint, meter_id bigint, variant text, at timestamptz,"
                " whole_day boolean, quantity bigint)"
            )
            with cursor.copy("COPY usage_stage FROM STDIN (FORMAT csv)") as copy:
                for piece in facts.csv():
                    copy.write(piece)

    def merge(self, *, source_id: int, late: Sequence[int]) -> list[Known]:
        with connection.cursor() as cursor:
            cursor.execute(_STORED_POSTGRES, [source_id])
            stored = [Known(*row) for row in cursor.fetchall()]
            # What another transaction writes from here on breaks the key: `records.merge` tries
            # again. To be ready for it at each row would cost a quarter more.
            cursor.execute(_INSERT_POSTGRES, [source_id, list(late), [one.fact for one in stored]])
            cursor.execute(_REPEATED_POSTGRES, [source_id])
            return stored + [Known(*row) for row in cursor.fetchall()]


def stage() -> Stage:
    """Return the stage of the database in use."""
    return SqliteStage() if connection.vendor == "sqlite" else PostgresStage()


def _differences(distinct: str) -> str:
    """Return SQL that names the columns in which the staged fact differs from the stored one."""
    parts = (
        f"CASE WHEN r.{column} {distinct} s.{column} THEN ', {name}' ELSE '' END"
        for column, name in CONTENT.items()
    )
    return f"substr({' || '.join(parts)}, 3)"


_FILL_SQLITE = f"INSERT INTO usage_stage VALUES ({', '.join(['%s'] * len(COLUMNS))})"  # noqa: S608
# No value of a file comes into these texts: only the names above.
_INSERT = f"""
INSERT INTO usage_usagerecord (source_id, late, event_id, {_NAMES})
SELECT %s, {{late}}, event_id, {_NAMES} FROM usage_stage s WHERE is_first {{rest}}"""  # noqa: S608
_LATE = "is_priced AND month IN ({})"
_INSERT_SQLITE = _INSERT.format(
    late=_LATE.format("SELECT value FROM json_each(%s)"),
    rest="ORDER BY fact ON CONFLICT (source_id, event_id) DO NOTHING",
)
# The stage is read in the order in which it was filled, which is that of its numbers.
_INSERT_POSTGRES = _INSERT.format(
    late=_LATE.format("SELECT unnest(%s::integer[])"),
    rest="AND NOT EXISTS (SELECT FROM unnest(%s::bigint[]) AS k (fact) WHERE k.fact = s.fact)",
)

_KNOWN = """
SELECT s.fact, s.month, s.is_priced, {differences} FROM usage_stage s
CROSS JOIN {records} WHERE {known}"""
# SQLite keeps the order of tables that are joined with the word CROSS.
_KNOWN_SQLITE = _KNOWN.format(
    records="usage_usagerecord r",
    differences=_differences("IS NOT"),
    known="r.source_id = %s AND r.event_id = s.event_id AND (r.id <= %s OR NOT s.is_first)",
)
# OFFSET 0 keeps PostgreSQL from reading the whole table, however many facts it is asked for.
_LOOKED_UP = f"""LATERAL (SELECT {_NAMES} FROM usage_usagerecord
WHERE source_id = %s AND event_id = s.event_id OFFSET 0) r"""  # noqa: S608
_KNOWN_POSTGRES = _KNOWN.format(
    records=_LOOKED_UP, differences=_differences("IS DISTINCT FROM"), known="{known}"
)
_STORED_POSTGRES = _KNOWN_POSTGRES.format(known="s.is_first")
_REPEATED_POSTGRES = _KNOWN_POSTGRES.format(known="NOT s.is_first")
