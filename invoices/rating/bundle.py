"""Input bundles: everything that a closed bill was made from, as bytes.

They are named by their content, never by their container: Parquet writes its own version into its
bytes.
"""

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import IO, Any

import polars as pl

from invoices.rating import canonical, container, tariff
from invoices.rating.container import BrokenBundle, Container
from invoices.rating.frames import LATER, SCHEMAS, Frames, collect
from invoices.rating.tariff import Tariff

TAG = "tag:"


@dataclass(frozen=True)
class Bundle:
    """What one account was rated from: facts, tariff, the days counted and the rule versions.

    `texts` are the canonical texts of those tables that are kept as such; `corrections` the digests
    of the bundles by which closed months (`yyyy-MM`) were rated again for its delta lines.
    """

    account_id: int
    frames: Frames
    tariff: Tariff
    days: Sequence[date]
    rules: Mapping[str, int]
    texts: Mapping[str, str] = field(default_factory=dict, compare=False)
    corrections: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Everything about the bundle but its rows, and the digest of each table of rows."""
        corrections = {"corrections": dict(self.corrections)} if self.corrections else {}
        return {
            **corrections,
            "account_id": self.account_id,
            "coverage": self.tariff.coverage,
            "month": self.tariff.month.iso,
            "days": [day.isoformat() for day in self.days],
            "rules": dict(self.rules),
            "tariff": self.tariff.digest,
            "tables": {name: self._digest(name) for name in self.kept_tables},
        }

    @property
    def kept_tables(self) -> dict[str, pl.DataFrame]:
        """What is kept: tables that came later only when there is something in them."""
        tables = {name: getattr(self.frames, name) for name in SCHEMAS}
        return {name: table for name, table in tables.items() if table.height or name not in LATER}

    def priced_by(self, other: Tariff) -> "Bundle":
        """The same facts at another tariff."""
        return replace(self, tariff=other)

    def with_deltas(self, lines: pl.DataFrame) -> "Bundle":
        """The same with these delta lines."""
        texts = {name: text for name, text in self.texts.items() if name != "deltas"}
        return replace(self, frames=replace(self.frames, deltas=lines), texts=texts)

    @property
    def digest(self) -> str:
        return manifest_digest(self.manifest)

    def _digest(self, name: str) -> str:
        if name in self.texts:
            return canonical.digest_of_text(list(SCHEMAS[name]), self.texts[name])
        return canonical.digest(getattr(self.frames, name))


def manifest_digest(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(container.as_json(manifest)).hexdigest()


def pack(bundle: Bundle) -> bytes:
    """The bundle as a file."""
    return container.content(
        manifest=bundle.manifest,
        tariff=bundle.tariff.text,
        tables=bundle.kept_tables,
        texts=bundle.texts,
    )


def unpack(content: bytes) -> Bundle:
    """The bundle of a file; raises BrokenBundle naming the part that is not what was packed."""
    return Container.read(io.BytesIO(content), _proved)


def table_digest(file: IO[bytes], name: str) -> str | None:
    """The digest of one table, by the manifest alone; None where the bundle has no such table."""

    def found(kept: Container) -> str | None:
        digest: str | None = kept.manifest["tables"].get(name)
        return digest

    return Container.read(file, found)


def head(file: IO[bytes]) -> tuple[Tariff, Mapping[str, int]]:
    """The tariff and the rule versions of a bundle, without its rows; raises BrokenBundle."""

    def found(kept: Container) -> tuple[Tariff, Mapping[str, int]]:
        return tariff.from_text(kept.tariff), kept.manifest["rules"]

    return Container.read(file, found)


def _proved(kept: Container) -> Bundle:
    bundle = Bundle(
        account_id=kept.manifest["account_id"],
        frames=Frames(**{name: kept.table(name) for name in SCHEMAS}),
        tariff=tariff.from_text(kept.tariff),
        days=tuple(date.fromisoformat(day) for day in kept.manifest["days"]),
        rules=kept.manifest["rules"],
        corrections=kept.manifest.get("corrections", {}),
    )
    _compare(bundle.manifest, kept.manifest)
    narrow = collect(**{name: getattr(bundle.frames, name) for name in SCHEMAS})
    return replace(bundle, frames=narrow)


def _compare(found: Mapping[str, Any], kept: Mapping[str, Any]) -> None:
    there, wanted = found["tables"], kept["tables"]
    tables = [name for name in SCHEMAS if there.get(name) != wanted.get(name)]
    if tables:
        raise BrokenBundle(f"The table {tables[0]} of the bundle was altered.")
    if found["tariff"] != kept["tariff"]:
        raise BrokenBundle("The tariff of the bundle was altered.")
