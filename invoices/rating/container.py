"""The file of an input bundle: a zip file of the manifest, the tariff and the tables.

Small tables are kept as their canonical text, all in one part: a Parquet file takes a hundred times
as long to write as the few rows of a small account. The first bundles had a Parquet file for every
table and the tariff as it is; both forms are read.
"""

import io
import json
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import IO, Any, Self, TypeVar

import polars as pl

from invoices.rating import canonical
from invoices.rating.frames import LATER, ROW_GROUP, SCHEMAS, empty, written

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest instant a zip file can hold; equal inputs, equal bytes
MANIFEST = "manifest.json"
TARIFF = "tariff.json"
TEXTS = "tables.json"
SHORT = ".z"
"""Ends the name of a part that is compressed by itself: once, where many files have the same."""
FAST = 1

Result = TypeVar("Result")


class BrokenBundle(Exception):
    """A bundle file whose content is not what its manifest says; the message names the part."""


_UNREADABLE = (
    *(OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error, pl.exceptions.PolarsError),
)
"""What reading arbitrary bytes as a bundle can end in."""


class Container:
    """An open file of a bundle."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = frozenset(archive.namelist())

    @classmethod
    def read(cls, file: IO[bytes], look: "Callable[[Self], Result]") -> Result:
        """What `look` finds in a file; raises BrokenBundle for what cannot be read."""
        try:
            with zipfile.ZipFile(file) as archive:
                return look(cls(archive))
        except _UNREADABLE as error:
            raise BrokenBundle(f"The bundle cannot be read: {error!r}") from error

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What the bundle says of itself."""
        content: dict[str, Any] = json.loads(self._archive.read(MANIFEST))
        return content

    @cached_property
    def tariff(self) -> str:
        """The canonical text of the tariff."""
        return self._part(TARIFF).decode()

    def has(self, name: str) -> bool:
        """Tell whether a table is there, in either form."""
        return name in self._texts or f"{name}.parquet" in self._names

    def table(self, name: str) -> pl.DataFrame:
        """One of the tables; an empty one for what came later and is not there."""
        if name in self._texts:
            return written(canonical.table_of(self._texts[name], SCHEMAS[name]))
        if name in LATER and not self.has(name):
            return empty(SCHEMAS[name])
        return read_parquet(self._archive.read(f"{name}.parquet"))

    def scan(self, name: str) -> pl.LazyFrame:
        """The same to be looked through, without reading more than is needed."""
        if name in self._texts:
            return self.table(name).lazy()
        return pl.scan_parquet(io.BytesIO(self._archive.read(f"{name}.parquet")))

    @cached_property
    def _texts(self) -> dict[str, str]:
        if TEXTS + SHORT not in self._names:
            return {}
        texts: dict[str, str] = json.loads(self._part(TEXTS))
        return texts

    def _part(self, name: str) -> bytes:
        if name + SHORT in self._names:
            return zlib.decompress(self._archive.read(name + SHORT))
        return self._archive.read(name)


def content(
    *,
    manifest: Mapping[str, Any],
    tariff: str,
    tables: Mapping[str, pl.DataFrame],
    texts: Mapping[str, str],
) -> bytes:
    """The bytes of a file; `texts` are those of the tables that are kept so."""
    short = {name: texts[name] for name in tables if name in texts}
    parts = {
        MANIFEST: as_json(manifest),
        TARIFF + SHORT: _shortened(tariff),
        TEXTS + SHORT: zlib.compress(as_json(short), FAST),
    }
    for name, table in tables.items():
        if name not in short:
            parts[f"{name}.parquet"] = to_parquet(written(table))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), part)
    return buffer.getvalue()


@lru_cache(maxsize=4)
def _shortened(text: str) -> bytes:
    return zlib.compress(text.encode())


def as_json(value: Mapping[str, Any]) -> bytes:
    """The one JSON of a value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


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
