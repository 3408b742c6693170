"""Input bundles: everything that a closed bill was made from, as bytes.

They are named by their content, never by their container: Parquet writes its own version into its
bytes.
"""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import IO, Any

import polars as pl

from invoices.rating import canonical, tariff
from invoices.rating.frames import (
    LATER,
    ROW_GROUP,
    SCHEMAS,
    Frames,
    collect,
    empty,
    written,
)
from invoices.rating.tariff import Tariff

TAG = "tag:"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest instant a zip file can hold; equal inputs, equal bytes
MANIFEST = "manifest.json"
TARIFF = "tariff.json"


@dataclass(frozen=True)
class Bundle:
    """What one account was rated from: facts, tariff, the days counted and the rule versions."""

    account_id: int
    frames: Frames
    tariff: Tariff
    days: Sequence[date]
    rules: Mapping[str, int]

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Everything about the bundle but its rows, and the digest of each table of rows."""
        return {
            "account_id": self.account_id,
            "coverage": self.tariff.coverage,
            "month": self.tariff.month.iso,
            "days": [day.isoformat() for day in self.days],
            "rules": dict(self.rules),
            "tariff": self.tariff.digest,
            "tables": {name: canonical.digest(table) for name, table in self.kept_tables.items()},
        }

    @property
    def kept_tables(self) -> dict[str, pl.DataFrame]:
        """What is kept: tables that came later only when there is something in them."""
        tables = {name: getattr(self.frames, name) for name in SCHEMAS}
        return {name: table for name, table in tables.items() if table.height or name not in LATER}

    @property
    def digest(self) -> str:
        return manifest_digest(self.manifest)


class BrokenBundle(Exception):
    """A bundle file whose content is not what its manifest says; the message names the part."""


UNREADABLE = (
    *(OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error),
)
"""What reading arbitrary bytes as a bundle can end in."""


def manifest_digest(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(_json(manifest)).hexdigest()


def pack(bundle: Bundle) -> bytes:
    """The bundle as a zip file of Parquet tables, the tariff and the manifest."""
    parts = {MANIFEST: _json(bundle.manifest), TARIFF: bundle.tariff.text.encode()}
    for name, table in bundle.kept_tables.items():
        parts[f"{name}.parquet"] = to_parquet(written(table))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content)
    return buffer.getvalue()


def unpack(content: bytes) -> Bundle:
    """The bundle of a file; raises BrokenBundle naming the part that is not what was packed."""
    try:
        bundle, manifest = _unpacked(content)
        _compare(bundle.manifest, manifest)
        narrow = collect(**{name: getattr(bundle.frames, name) for name in SCHEMAS})
    except UNREADABLE as error:
        raise BrokenBundle(f"The bundle cannot be read: {error!r}") from error
    return replace(bundle, frames=narrow)


def table_digest(file: IO[bytes], name: str) -> str | None:
    """The digest of one table, by the manifest alone; None where the bundle has no such table."""
    try:
        with zipfile.ZipFile(file) as archive:
            found: str | None = json.loads(archive.read(MANIFEST))["tables"].get(name)
    except UNREADABLE as error:
        raise BrokenBundle(f"The bundle cannot be read: {error!r}") from error
    return found


def _unpacked(content: bytes) -> tuple[Bundle, dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(parts[MANIFEST])
    bundle = Bundle(
        account_id=manifest["account_id"],
        frames=Frames(**{name: _table(parts, name) for name in SCHEMAS}),
        tariff=tariff.from_text(parts[TARIFF].decode()),
        days=tuple(date.fromisoformat(day) for day in manifest["days"]),
        rules=manifest["rules"],
    )
    return bundle, manifest


def _table(parts: Mapping[str, bytes], name: str) -> pl.DataFrame:
    if name in LATER and f"{name}.parquet" not in parts:
        return empty(SCHEMAS[name])
    return read_parquet(parts[f"{name}.parquet"])


def _compare(found: Mapping[str, Any], kept: Mapping[str, Any]) -> None:
    there, wanted = found["tables"], kept["tables"]
    tables = [name for name in SCHEMAS if there.get(name) != wanted.get(name)]
    if tables:
        raise BrokenBundle(f"The table {tables[0]} of the bundle was altered.")
    if found["tariff"] != kept["tariff"]:
        raise BrokenBundle("The tariff of the bundle was altered.")


def to_parquet(frame: pl.DataFrame) -> bytes:
    """The bytes of a Parquet file of a table."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", row_group_size=ROW_GROUP, statistics=False)
    return buffer.getvalue()


def read_parquet(content: bytes) -> pl.DataFrame:
    """The table of a Parquet file; raises ValueError when it is none."""
    try:
        return pl.read_parquet(io.BytesIO(content))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise ValueError(f"This is no table: {error}") from error


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
