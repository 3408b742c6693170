"""What occurs in the audit trail, without reading all of it."""

from django.db import connection

from accounts.models import AuditEntry


def actions() -> list[str]:
    """Every action that occurs, in order, found by jumping from each to the next in the index.

    A DISTINCT reads the whole index, which takes a second with millions of entries.
    """
    table = connection.ops.quote_name(AuditEntry._meta.db_table)
    # The name of the table is ours.
    sql = f"""
        WITH RECURSIVE found(action) AS (
            SELECT MIN(action) FROM {table}
            UNION ALL
            SELECT (SELECT MIN(action) FROM {table} WHERE action > found.action)
            FROM found WHERE found.action IS NOT NULL
        )
        SELECT action FROM found WHERE action IS NOT NULL
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [str(action) for (action,) in cursor.fetchall()]
