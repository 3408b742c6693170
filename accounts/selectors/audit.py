"""What occurs in the audit trail, without reading all of it."""

from django.db import connection

from accounts.models import AuditEntry

MOST = 200


def actions() -> list[str]:
    """Every action that occurs, in order."""
    return _differing("action", "")


def actors(*, part: str) -> list[str]:
    """The names of who did something that hold this part, in any case; at most `MOST`."""
    return _differing("actor", part)


def _differing(column: str, part: str) -> list[str]:
    """The different values of an indexed column, found by jumping from each to the next.

    A DISTINCT reads the whole index, which takes a second with millions of entries.
    """
    table = connection.ops.quote_name(AuditEntry._meta.db_table)
    # Names of columns and tables come from this module only.
    sql = f"""
        WITH RECURSIVE found(value) AS (
            SELECT MIN({column}) FROM {table}
            UNION ALL
            SELECT (SELECT MIN({column}) FROM {table} WHERE {column} > found.value)
            FROM found WHERE found.value IS NOT NULL
        )
        SELECT value FROM found
        WHERE value IS NOT NULL AND LOWER(value) LIKE %s ESCAPE '\\' ORDER BY value LIMIT {MOST}
    """  # noqa: S608
    pattern = part.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    with connection.cursor() as cursor:
        cursor.execute(sql, [f"%{pattern}%"])
        return [str(value) for (value,) in cursor.fetchall()]
