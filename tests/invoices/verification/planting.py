"""Planting faults: what somebody with all rights on database and disk can do to closed months."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import polars as pl
from django.db import connection, models

from accounts.models import Account
from billing_portal.common import files, frozen
from billing_portal.common.periods import Month
from invoices.models import Bill, Invoice
from invoices.rating.bundle import to_parquet
from tests.factories import MONTH, NOW
from tests.invoices.bills import shop
from usage.models import Device

NOVEMBER = Month(2026, 11)
IN_DECEMBER = datetime(2026, 12, 2, 9, tzinfo=UTC)


def two_closed_months() -> Account:
    """ACME has used 5 units in October and 7 in November; both months are closed."""
    account = shop.customer("ACME", used=5)
    shop.use(Device.objects.get(), account, 7, at=NOVEMBER.start)
    shop.end_month(MONTH, now=NOW)
    shop.end_month(NOVEMBER, now=IN_DECEMBER)
    return account


@contextmanager
def thawed() -> Iterator[None]:
    """Take the triggers away for a moment."""
    connection.check_constraints()
    frozen.drop(connection)
    yield
    frozen.install(connection)
    assert not frozen.missing(connection)


def alter(row: models.Model, **values: Any) -> None:
    with thawed():
        assert type(row)._default_manager.filter(pk=row.pk).update(**values) == 1


def rewrite(name: str, change: Callable[[bytes], bytes]) -> None:
    """Put other bytes under the name of a stored file."""
    content = change(files.read(name))
    with files.local_path(name) as path:
        path.write_bytes(content)


def one_more(table: str | None = None, column: str = "quantity") -> Callable[[bytes], bytes]:
    """Add one to a figure of the first row of a Parquet file, or of one in a bundle."""

    def in_table(content: bytes) -> bytes:
        frame = pl.read_parquet(io.BytesIO(content))
        first = pl.int_range(pl.len()) == 0
        raised = (pl.col(column) + 1).cast(frame.schema[column])
        changed = frame.with_columns(pl.when(first).then(raised).otherwise(column).alias(column))
        return to_parquet(changed)

    return in_table if table is None else in_part(f"{table}.parquet", in_table)


def in_words(column: str) -> Callable[[bytes], bytes]:
    """Write words where a Parquet file had figures."""
    return lambda content: to_parquet(
        pl.read_parquet(io.BytesIO(content)).with_columns(pl.lit("many").alias(column))
    )


def in_part(name: str, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Change one part of a bundle and nothing else of it."""

    def in_bundle(content: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {each: archive.read(each) for each in archive.namelist()}
        parts[name] = change(parts[name])
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for each, part in parts.items():
                archive.writestr(each, part)
        return buffer.getvalue()

    return in_bundle


def without(key: str) -> Callable[[bytes], bytes]:
    """Take one entry out of a JSON object."""

    def change(content: bytes) -> bytes:
        values = json.loads(content)
        del values[key]
        return json.dumps(values).encode()

    return change


def october() -> Bill:
    return Bill.objects.select_related("account").get(month=MONTH)


def invoice() -> Invoice:
    return Invoice.objects.get(month=MONTH)
