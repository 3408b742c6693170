"""Opening an input bundle for one line: without its proof, and with one device where that will do.

That a bundle is what was packed is proved by `verify_books`, not here: it takes seconds for the
millions of facts of a large account.
"""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date

import polars as pl

from invoices.rating import tariff
from invoices.rating.bundle import MANIFEST, TARIFF, UNREADABLE, BrokenBundle, Bundle
from invoices.rating.frames import SCHEMAS, collect
from invoices.rating.tariff import Tariff

Only = Callable[[Tariff], str | None]
"""Given the tariff of the bundle, the device whose facts suffice; None for all."""


def opened(content: bytes, only: Only) -> Bundle:
    """The bundle of a file; raises BrokenBundle for what cannot be read."""
    try:
        return _opened(content, only)
    except (*UNREADABLE, pl.exceptions.PolarsError) as error:
        raise BrokenBundle(f"The bundle cannot be read: {error!r}") from error


def _opened(content: bytes, only: Only) -> Bundle:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        manifest = json.loads(archive.read(MANIFEST))
        sold = tariff.from_text(archive.read(TARIFF).decode())
        device = only(sold)
        return Bundle(
            account_id=manifest["account_id"],
            frames=collect(**_tables(archive, device)),
            tariff=sold,
            days=tuple(date.fromisoformat(day) for day in manifest["days"]),
            rules=manifest["rules"],
        )


def _tables(archive: zipfile.ZipFile, device: str | None) -> dict[str, pl.DataFrame]:
    there = set(archive.namelist())
    names = [name for name in SCHEMAS if f"{name}.parquet" in there]
    devices = _scan(archive, "devices")
    if device is not None:
        devices = devices.filter(pl.col("key") == device)
    tables = {"devices": devices.collect()}
    ids = tables["devices"]["device_id"].to_list()
    for name in names:
        if name != "devices":
            table = _scan(archive, name)
            if device is not None and "device_id" in SCHEMAS[name]:
                table = table.filter(pl.col("device_id").is_in(ids))
            tables[name] = table.collect()
    return tables


def _scan(archive: zipfile.ZipFile, name: str) -> pl.LazyFrame:
    return pl.scan_parquet(io.BytesIO(archive.read(f"{name}.parquet")))
