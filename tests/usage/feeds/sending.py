"""Profiles that differ from a plain one as told, and sending files by them."""

import io
from pathlib import Path
from typing import Any

from tests.usage.sending import Sent, run, send
from usage.ingest.feeds.parsing import parse
from usage.ingest.feeds.toml import ProfileRefused

HEADER = "id,device,at,bytes,type"
ROW = "e1,440100000000001,2026-10-31T23:59:59Z,7,DATA"
TOP = {"source": '"feed"', "event_id": '"id"'}
TABLES = {
    "csv": "",
    "device": 'id = "{device}"',
    "at": 'column = "at"',
    "[fact]": 'meter = "data.upload"\nquantity = { column = "bytes" }',
}


def profile(more: str = "", **given: str) -> str:
    """A profile for HEADER. A key replaces what stands there: `source`, `event_id`, `account`,
    `coverage` by a value, `csv`, `device`, `at`, `fact` by the lines of the table; `more` is added.
    """
    top = TOP | {key: value for key, value in given.items() if key not in ("fact", *TABLES)}
    tables = TABLES | {
        "[fact]" if key == "fact" else key: value
        for key, value in given.items()
        if key in ("fact", *TABLES)
    }
    lines = [f"{key} = {value}" for key, value in top.items()]
    lines += [f"[{key}]\n{text}" for key, text in tables.items() if text]
    return "\n".join([*lines, more])


def csv(*rows: str, header: str = HEADER) -> str:
    return "".join(f"{line}\n" for line in (header, *rows))


def problems(text: str) -> str:
    """What is said of a profile that is refused."""
    try:
        parse(text)
    except ProfileRefused as refused:
        return str(refused)
    return ""


class Feeder:
    """Sends files by a profile, each time under names of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def __call__(self, text: str, content: str | bytes, **options: Any) -> Sent:
        """Send one file; the result of each row comes back."""
        folder = self.folder()
        path = folder / "profile.toml"
        path.write_text(text)
        return send(folder, content, source=None, profile=path, **options)

    def folder(self) -> Path:
        self._count += 1
        folder = self._folder / f"feed-{self._count}"
        folder.mkdir()
        return folder

    def many(self, text: str, *paths: Path, **options: Any) -> tuple[int, str]:
        """Send files that are there; exit code and output."""
        path, output = self.folder() / "profile.toml", io.StringIO()
        path.write_text(text)
        return run(output, *paths, profile=path, **options), output.getvalue()

    def shown(self, text: str, content: str | bytes) -> str:
        """What a dry run says of a file."""
        path = self.folder() / "usage.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self.many(text, path, dry_run=True)[1]
