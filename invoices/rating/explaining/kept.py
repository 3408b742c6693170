"""Opening an input bundle for one line: without its proof, and no more of it than is needed.

That a bundle is what was packed is proved by `verify_bills`, not here: it takes seconds for the
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
from invoices.rating.explaining.rebuilt import Needs
from invoices.rating.frames import SCHEMAS, collect
from invoices.rating.tariff import Tariff

Wanted = Callable[[Tariff], Needs]
"""Given the tariff of the bundle, the facts that are needed."""


def opened(content: bytes, wanted: Wanted) -> Bundle:
    """The bundle of a file; raises BrokenBundle for what cannot be read."""
    try:
        return _opened(content, wanted)
    except (*UNREADABLE, pl.exceptions.PolarsError) as error:
        raise BrokenBundle(f"The bundle cannot be read: {error!r}") from error


def _opened(content: bytes, wanted: Wanted) -> Bundle:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        manifest = json.loads(archive.read(MANIFEST))
        sold = tariff.from_text(archive.read(TARIFF).decode())
        return Bundle(
            account_id=manifest["account_id"],
            frames=collect(**_tables(archive, wanted(sold))),
            tariff=sold,
            days=tuple(date.fromisoformat(day) for day in manifest["days"]),
            rules=manifest["rules"],
        )


def _tables(archive: zipfile.ZipFile, wanted: Needs) -> dict[str, pl.DataFrame]:
    there = set(archive.namelist())
    ids = _scan(archive, "devices").filter(wanted.is_device).collect()["device_id"].to_list()
    return {
        name: wanted.of(_scan(archive, name), name, ids).collect()
        for name in SCHEMAS
        if f"{name}.parquet" in there
    }


def _scan(archive: zipfile.ZipFile, name: str) -> pl.LazyFrame:
    return pl.scan_parquet(io.BytesIO(archive.read(f"{name}.parquet")))
