"""Planting faults: what somebody with all rights on database and disk can do to closed months."""

import io
import json
import zipfile
import zlib
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
from invoices.rating.bundle import unpack
from invoices.rating.container import as_json, to_parquet
from invoices.rating.frames import written
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


def rebundle(bill: Bill, change: Callable[[bytes], bytes]) -> None:
    """Let a bill name another bundle than the one that lies among those of its shard."""
    content = change(files.read(bill.bundle_file))
    alter(bill, bundle_file=files.put("bundles", content, suffix="zip").name)


def file_of(name: str) -> str:
    """The stored file that what has this name is a piece of."""
    return name.partition("#")[0]


def one_more(content: bytes) -> bytes:
    """Add one to the quantity of the first row of a Parquet file."""
    frame = pl.read_parquet(io.BytesIO(content))
    first, quantity = pl.int_range(pl.len()) == 0, pl.col("quantity")
    raised = pl.when(first).then((quantity + 1).cast(frame.schema["quantity"])).otherwise(quantity)
    return to_parquet(frame.with_columns(raised))


def other_text(table: str, before: str, after: str) -> Callable[[bytes], bytes]:
    """Write something else in a table of a bundle that is kept as text."""

    def change(content: bytes) -> bytes:
        texts = json.loads(zlib.decompress(content))
        assert before in texts[table]
        texts[table] = texts[table].replace(before, after)
        return zlib.compress(json.dumps(texts).encode())

    return in_part("tables.json.z", change)


def as_at_first(content: bytes) -> bytes:
    """A bundle in the form of version 0.1.0: a Parquet file of each table, the tariff as it is."""
    kept, buffer = unpack(content), io.BytesIO()
    parts = {"manifest.json": as_json(kept.manifest), "tariff.json": kept.tariff.text.encode()}
    tables = {name: to_parquet(written(table)) for name, table in kept.kept_tables.items()}
    parts |= {f"{name}.parquet": part for name, part in tables.items()}
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


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
