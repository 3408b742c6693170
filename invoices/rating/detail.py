"""The detail of a bill: its charges with tags and group as columns.

Tags and group are as of the end of the month, the same on all lines of a device (rules.md Q59). A
tag column is named `tag:<name>`; the columns stand in the order of their names. Those of many small
bills are written out together, that of a large one block by block.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from invoices.rating import canonical
from invoices.rating.bundle import TAG
from invoices.rating.charges import Charges, with_amounts
from invoices.rating.frames import DELTAS, LINES, ROW_GROUP, empty
from invoices.rating.interleaved import interleaved, names_of

NO_DELTAS = empty(DELTAS)
BLOCK = 100_000
"""Lines that are written out at once, each some three hundred bytes."""

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """The lines of a detail, among those of others with the same columns, from a row on; and
    SHA-256, in hex, of their canonical text.
    """

    sheet: pl.DataFrame
    start: int
    count: int
    digest: str

    @property
    def table(self) -> pl.DataFrame:
        return self.sheet.slice(self.start, self.count)


@dataclass(frozen=True)
class Detail:
    """The charges of one account, whose devices bear the labels, and its delta lines.

    Delta lines follow the other ones of their device, or of the account, and have their own labels.
    """

    charges: Charges
    deltas: pl.DataFrame = field(default_factory=lambda: NO_DELTAS)

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hex, of the canonical text of all lines."""
        return self._written.digest if self.is_small else canonical.digest_of(self.blocks())

    @property
    def table(self) -> pl.DataFrame:
        """All lines at once."""
        return self._written.table if self.is_small else pl.concat(self.blocks())

    @property
    def line_count(self) -> int:
        return self.charges.rows.height + self.deltas.height

    @property
    def is_small(self) -> bool:
        return self.line_count <= BLOCK

    def shares(self, other: "Detail") -> bool:
        """Tell whether both come from one rating, so that they can be written out together."""
        late = self.deltas.height or other.deltas.height
        return not late and self.charges.subjects is other.charges.subjects

    def blocks(self) -> Iterator[pl.DataFrame]:
        """The lines in their order; at least one block, even if nothing is in it."""
        if self.deltas.height:
            return interleaved(Detail(self.charges).blocks(), self._delta_lines())
        return self._own()

    def _delta_lines(self) -> pl.DataFrame:
        lines = with_amounts(self.deltas, self.charges.rules)
        columns = [name for name in LINES if name not in ("account_id", "device_id")]
        tags = tag_columns(lines["tags"], names_of(lines["tags"]))
        return lines.select(*columns, "group", *tags)

    def _own(self) -> Iterator[pl.DataFrame]:
        labels = _Labels(self.charges, _names_of([self])[0])
        for part in self.charges.slices(BLOCK):
            yield labels.beside(part)

    def write(self, path: Path) -> None:
        """Write the Parquet file block by block: memory does not grow with the lines."""
        schema = next(self.blocks()).schema
        source = register_io_source(lambda *_pushed_down: self.blocks(), schema=schema)
        source.sink_parquet(path, row_group_size=ROW_GROUP, statistics=False, maintain_order=True)

    @cached_property
    def _written(self) -> Written:
        return written([self])[0]


def written(details: Sequence[Detail]) -> list[Written]:
    """Write out small details of different accounts of one rating together.

    Most of the work is the same for one as for all of them. One with delta lines comes alone.
    """
    if details[0].deltas.height:
        table = pl.concat(details[0].blocks())
        return [Written(table, 0, table.height, canonical.digest(table))]
    groups: dict[Names, list[int]] = defaultdict(list)
    for number, names in enumerate(_names_of(details)):
        groups[names].append(number)
    found: dict[int, Written] = {}
    for names, numbers in groups.items():
        alike = _alike([details[number] for number in numbers], names)
        found.update(zip(numbers, alike, strict=True))
    return [found[number] for number in range(len(details))]


def _alike(details: Sequence[Detail], names: Names) -> Iterator[Written]:
    """The same of details with the same columns."""
    charges = _together(details)
    lines = _Labels(charges, names).beside(charges)
    text = canonical.rows(lines).alias("text").to_frame()
    accounts = charges.subjects.table["account_id"].gather(charges.rows["subject"])
    joined = text.group_by(accounts, maintain_order=True).agg(pl.col("text").str.join(""))
    texts = iter(joined["text"].to_list())
    start = 0
    for detail in details:
        digest = canonical.digest_of_text(lines.columns, next(texts) if detail.line_count else "")
        yield Written(lines, start, detail.line_count, digest)
        start += detail.line_count


def _names_of(details: Sequence[Detail]) -> list[Names]:
    """The names of the tags on the devices that were charged, by detail."""
    charges = _together(details)
    subjects = charges.subjects.table
    charged = subjects.select("account_id", "tags")[charges.rows["subject"].unique()]
    names: dict[int, set[str]] = defaultdict(set)
    for account_id, text in charged.filter(pl.col("tags") != "{}").unique().iter_rows():
        names[account_id].update(json.loads(text))
    owners = subjects["account_id"]
    return [
        tuple(sorted(names[owners[detail.charges.rows["subject"][0]]])) if detail.line_count else ()
        for detail in details
    ]


def _together(details: Sequence[Detail]) -> Charges:
    rows = pl.concat([detail.charges.rows for detail in details], rechunk=True)
    return replace(details[0].charges, rows=rows)


class _Labels:
    """Group and tags of the subjects of some charges."""

    def __init__(self, charges: Charges, names: Names) -> None:
        borders = charges.rows.select(first=pl.col("subject").min(), last=pl.col("subject").max())
        first, last = borders.row(0)
        self.first = first or 0
        table = charges.subjects.table[self.first : (last or 0) + 1]
        self.labels = table.select("group", *tag_columns(table["tags"], names))

    def beside(self, charges: Charges) -> pl.DataFrame:
        """The lines of these charges, or of a part of them, with their labels."""
        lines = charges.lines.drop("account_id", "device_id")
        labels = self.labels[charges.rows["subject"] - self.first]
        return pl.concat([lines, labels], how="horizontal")


def tag_columns(tags: pl.Series, names: Names) -> list[pl.Series]:
    """One column for each of these names, of JSON objects."""
    if not names:
        return []
    found = {text: json.loads(text) for text in tags.unique().drop_nulls() if text != "{}"}
    return [
        tags.replace_strict(
            {text: tag.get(name) for text, tag in found.items()},
            default=None,
            return_dtype=pl.String,
        ).alias(TAG + name)
        for name in names
    ]
