"""From a path to raw rows: which files there are, and their cells with the line they stand on."""

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from invoices.services.catalog.problems import Origin, Problems

# In the order in which they refer to one another.
SUFFIXES = {
    "meters": ".csv",
    "plans": ".csv",
    "items": ".toml",
    "time_bands": ".csv",
    "tax_rates": ".csv",
    "prices": ".csv",
    "fees": ".csv",
    "minimum_charges": ".csv",
    "exchange_rates": ".csv",
}
NAMES = ", ".join(f"{kind}{suffix}" for kind, suffix in SUFFIXES.items())
ITEM = "item"
_KIND = re.compile(rf"({'|'.join(SUFFIXES)})(-.+)?")
_ITEM_HEADER = re.compile(rf"\s*\[\[\s*{ITEM}\s*\]\]")
_FIELD = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
_AT_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class RawRow:
    """The cells of one row as written: text from CSV, also numbers, flags and lists from TOML."""

    origin: Origin
    cells: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Columns:
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return self.required + self.optional


def find(path: Path, problems: Problems) -> list[tuple[str, Path]]:
    """Return (kind, file) of every catalogue file at a path, which is a folder or one file.

    `prices-2027.csv` is read like `prices.csv`. A CSV or TOML file of another name is a problem,
    because a misspelt one would be passed over in silence; anything else in a folder is left alone.
    """
    whole = Origin(str(path))
    if not path.exists():
        problems.at(whole, "", _("There is no such file or folder."))
        return []
    files = sorted(_members(path)) if path.is_dir() else [path]
    found = [(kind_of(file), file) for file in files]
    for kind, file in found:
        if not kind:
            problems.at(
                Origin(file.name),
                "",
                _("The name tells nothing. Name it one of: %(names)s.") % {"names": NAMES},
            )
    if not files:
        problems.at(whole, "", _("No file is here. Put in one of: %(names)s.") % {"names": NAMES})
    return [(kind, file) for kind, file in found if kind]


def _members(folder: Path) -> Iterator[Path]:
    for file in folder.iterdir():
        if file.suffix in {".csv", ".toml"} and not file.name.startswith("."):
            yield file


def kind_of(file: Path) -> str:
    """Return the kind that a file name stands for, or an empty text."""
    named = _KIND.fullmatch(file.stem)
    kind = named[1] if named else ""
    return kind if SUFFIXES.get(kind) == file.suffix else ""


def read(kind: str, file: Path, columns: Columns, problems: Problems) -> list[RawRow]:
    """Return the rows of a file. What cannot be read is a problem, and its row is left out."""
    text = _text(file, problems)
    if text is None:
        return []
    if SUFFIXES[kind] == ".toml":
        return list(_toml_rows(file.name, text, problems))
    try:
        return list(_csv_rows(file.name, text, columns, problems))
    except csv.Error as error:
        problems.at(
            Origin(file.name),
            "",
            _("This is not CSV: %(error)s. Look for a quote that is not closed.")
            % {"error": error},
        )
        return []


def _text(file: Path, problems: Problems) -> str | None:
    try:
        data = file.read_bytes()
    except OSError as error:
        problems.at(Origin(file.name), "", _("It cannot be read: %(why)s.") % {"why": error})
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.at(Origin(file.name, line), "", _("This is not UTF-8. Save the file as UTF-8."))
        return None


def _csv_rows(name: str, text: str, columns: Columns, problems: Problems) -> Iterator[RawRow]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = [cell.strip() for cell in next(reader, [])]
    if not _header_is_right(Origin(name, 1), header, columns, problems):
        return
    begins = reader.line_num + 1
    for cells in reader:
        origin, begins = Origin(name, begins), reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            text = _("%(found)d fields where the header has %(wanted)d. Is a comma not quoted?")
            problems.at(origin, "", text % {"found": len(cells), "wanted": len(header)})
            continue
        yield RawRow(origin, dict(zip(header, (cell.strip() for cell in cells), strict=True)))


def _header_is_right(
    origin: Origin, header: Sequence[str], columns: Columns, problems: Problems
) -> bool:
    known = ", ".join(columns.all)
    before = len(problems)
    for name in sorted(set(header) - set(columns.all)):
        problems.at(origin, name, _("Unknown column. Known are: %(known)s.") % {"known": known})
    for name in columns.required:
        if name not in header:
            problems.at(origin, name, _("This column is missing. Add it to the first line."))
    for name in sorted({name for name in header if header.count(name) > 1}):
        problems.at(origin, name, _("This column is there twice. Remove one."))
    return len(problems) == before


def _toml_rows(name: str, text: str, problems: Problems) -> Iterator[RawRow]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        problems.at(Origin(name, line), "", _("This is not TOML: %(error)s.") % {"error": error})
        return
    rows = document.pop(ITEM, [])
    for key in document:
        problems.at(Origin(name), key, _("Unknown key. Write each item below [[item]]."))
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        problems.at(Origin(name), ITEM, _("Write each item below [[item]]."))
        return
    origins = _item_origins(name, text)
    for number, row in enumerate(rows):
        # Items written in a way of their own (item = [{…}]) are told apart by number only.
        exact = len(origins) == len(rows)
        yield RawRow(origins[number] if exact else Origin(f"{name} [[item]] {number + 1}"), row)


def _item_origins(name: str, text: str) -> list[Origin]:
    """TOML readers tell no lines, so each [[item]] and its fields are looked up in the text."""
    origins: list[Origin] = []
    fields: dict[str, int] = {}
    for line, content in enumerate(text.splitlines(), start=1):
        if _ITEM_HEADER.match(content):
            fields = {}
            origins.append(Origin(name, line, fields))
        elif found := _FIELD.match(content):
            fields.setdefault(found[1], line)
    return origins
