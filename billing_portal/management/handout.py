"""Files a person can open: the PDFs and detail CSVs of closed months, named for people."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from billing_portal.common import files
from invoices.choices import BillState
from invoices.models import Bill, DocumentFile

MEMORY = ".made.json"

Export = Callable[[Bill, Path], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to hand out. `content` names what goes into it, whatever the format's bytes are."""

    kind: str
    name: str
    content: str
    write: Callable[[Path], None]


def hand_out(*, folder: Path, export: Export) -> Iterator[tuple[str, Path]]:
    """Write what is absent, changed or damaged; yield (kind, path) of every file, PDFs first.

    `export` writes the detail CSV of a closed bill.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = _remembered(folder)
    for wanted in [*_papers(), *_details(export)]:
        path = folder / wanted.name
        if not path.exists() or made.get(wanted.name) != [wanted.content, _digest(path)]:
            _write(wanted, path)
            made[wanted.name] = [wanted.content, _digest(path)]
            _remember(folder, made)
        yield wanted.kind, path


def _papers() -> Iterator[Wanted]:
    for paper in DocumentFile.objects.select_related("invoice").order_by("invoice__label"):
        yield Wanted("PDF", f"{paper.invoice.label}.pdf", paper.sha256, _copy(paper.stored_as))


def _details(export: Export) -> Iterator[Wanted]:
    closed = Bill.objects.filter(state=BillState.CLOSED).select_related("account")
    for bill in closed.order_by("month", "account__key", "coverage"):
        name = f"{bill.account.key}-{bill.month.compact}-{bill.coverage}.csv"
        yield Wanted("CSV", name, bill.detail_hash, _exporter(export, bill))


def _copy(stored_as: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(files.read(stored_as))

    return write


def _exporter(export: Export, bill: Bill) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        export(bill, path)

    return write


def _write(wanted: Wanted, path: Path) -> None:
    unfinished = path.with_name(f".{path.name}")
    wanted.write(unfinished)
    unfinished.replace(path)


def _remembered(folder: Path) -> dict[str, list[str]]:
    try:
        made: dict[str, list[str]] = json.loads((folder / MEMORY).read_text())
    except (OSError, ValueError):
        return {}
    return made


def _remember(folder: Path, made: dict[str, list[str]]) -> None:
    (folder / MEMORY).write_text(json.dumps(made, indent=1, sort_keys=True))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
