"""What new facts say about devices and accounts, joined with what was known of them.

Called in the transaction that stores the facts. On PostgreSQL rows are written in the order of
their keys, so that two intakes take their locks in one order. Sums, the least and the greatest are
the same in whatever order facts come.
"""

from collections.abc import Mapping

from django.db import connection

from accounts.models import Account
from accounts.selectors.tree import payer_of
from billing_portal.common.periods import Month
from usage.models import AccountDay, AccountMonth, DeviceActivity
from usage.services import months
from usage.services.months import MonthKey
from usage.services.staging import Rows

KEY = 3
"""The first so many columns of both tables are their keys."""

DEVICES = {
    "account_id": "bigint",
    "month": "text",
    "device_id": "bigint",
    "first_active_at": "timestamptz",
    "last_active_at": "timestamptz",
    "first_seen_at": "timestamptz",
    "last_seen_at": "timestamptz",
    "active_known_at": "timestamptz",
    "seen_known_at": "timestamptz",
}
"""Columns of what facts prove of devices; the active ones are null if they prove less."""
DAYS = {
    "account_id": "bigint",
    "meter_id": "bigint",
    "day": "date",
    "total": "numeric(38, 0)",
    "last_at": "timestamptz",
    "last_quantity": "bigint",
    "greatest": "bigint",
}
"""Columns of what meters counted by account, meter and day. `total` is text of digits."""

_BOTH = "coalesce(t.{column}, excluded.{column}), coalesce(excluded.{column}, t.{column})"
_LEAST = f"{{least}}({_BOTH})"
_GREATEST = f"{{greatest}}({_BOTH})"
_FIRST = "coalesce(t.{column}, excluded.{column})"
_LATER = "(excluded.last_at, excluded.last_quantity) > (t.last_at, t.last_quantity)"
_LAST = f"CASE WHEN {_LATER} THEN excluded.{{column}} ELSE t.{{column}} END"

_DEVICES_MEET = {
    "first_active_at": _LEAST,
    "last_active_at": _GREATEST,
    "first_seen_at": _LEAST,
    "last_seen_at": _GREATEST,
    "active_known_at": _FIRST,
    "seen_known_at": _FIRST,
}
_DAYS_MEET = {
    "total": "{total}",
    "last_at": _LAST,
    "last_quantity": _LAST,
    "greatest": _GREATEST,
}
_SQLITE = {"least": "min", "greatest": "max", "total": "exact_sum(t.total, excluded.total)"}
_POSTGRES = {"least": "LEAST", "greatest": "GREATEST", "total": "t.total + excluded.total"}


def note_devices(*, rows: Rows) -> None:
    """Add what facts prove of devices: rows of the columns `DEVICES`."""
    _note("usage_deviceactivity", DEVICES, _DEVICES_MEET, rows)


def note_days(*, rows: Rows) -> None:
    """Add what meters counted by account and day: rows of the columns `DAYS`."""
    _note("usage_accountday", DAYS, _DAYS_MEET, rows)


def hold(*, account_id: int, month: Month) -> None:
    """Keep intake away from a month of an account until the end of the transaction."""
    payer = payer_of(account_id=account_id, month=month)
    if payer is None:
        return
    # A month that has no row yet cannot be locked: whoever inserts one locks the account.
    Account.objects.select_for_update(no_key=True).filter(pk=payer).first()
    rows = AccountMonth.objects.filter(account_id=payer, month=month)
    months.lock(
        keys=[
            MonthKey(payer, coverage, month) for coverage in rows.values_list("coverage", flat=True)
        ]
    )


def forget(*, account_id: int, month: Month) -> None:
    """Take away what is known of a month of an account, for it to be counted again."""
    DeviceActivity.objects.filter(account_id=account_id, month=month).delete()
    days = AccountDay.objects.filter(account_id=account_id)
    days.filter(day__gte=month.first_day, day__lte=month.last_day).delete()


# No value of a file comes into the texts below: only names of columns.
def _note(table: str, columns: Mapping[str, str], meet: Mapping[str, str], rows: Rows) -> None:
    if connection.vendor == "sqlite":
        _note_sqlite(table, columns, meet, rows)
    else:
        _note_postgres(table, columns, meet, rows)


def _note_sqlite(
    table: str, columns: Mapping[str, str], meet: Mapping[str, str], rows: Rows
) -> None:
    values = f"VALUES ({', '.join(['%s'] * len(columns))})"
    sql = _upsert(table, columns, values, meet, _SQLITE)
    with connection.cursor() as cursor:
        connection.connection.create_function("exact_sum", 2, _exact_sum, deterministic=True)
        for part in rows.tuples():
            cursor.executemany(sql, part)


def _note_postgres(
    table: str, columns: Mapping[str, str], meet: Mapping[str, str], rows: Rows
) -> None:
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    key = ", ".join([*columns][:KEY])
    values = f"SELECT * FROM usage_added ORDER BY {key}"  # noqa: S608
    with connection.cursor() as cursor:
        drop = "DROP TABLE IF EXISTS pg_temp.usage_added"
        cursor.execute(f"{drop}; CREATE TEMP TABLE usage_added ({typed})")
        with cursor.copy("COPY usage_added FROM STDIN (FORMAT csv)") as copy:
            for piece in rows.csv():
                copy.write(piece)
        cursor.execute(_upsert(table, columns, values, meet, _POSTGRES))


def _upsert(
    table: str,
    columns: Mapping[str, str],
    values: str,
    meet: Mapping[str, str],
    words: Mapping[str, str],
) -> str:
    names = ", ".join(columns)
    key = ", ".join([*columns][:KEY])
    joined = ", ".join(
        f"{column} = {way.format(column=column, **words)}" for column, way in meet.items()
    )
    return f"INSERT INTO {table} AS t ({names}) {values} ON CONFLICT ({key}) DO UPDATE SET {joined}"


def _exact_sum(one: str, other: str) -> str:
    """Add in Python: SQLite would count in doubles."""
    return str(int(one) + int(other))
