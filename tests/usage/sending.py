"""Sending files through the public command, and building their rows."""

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command

from usage.models import UsageRecord

RECORD = {
    "event_id": "e1",
    "account": "TEN",
    "device": "440100000000001",
    "meter": "data.upload",
    "variant": "s1.fast",
    "at": "2026-10-31T23:59:59Z",
    "quantity": "7",
}
AIR = {
    "imsi": "440100000000001",
    "date": "20261031",
    "type": "s1.fast",
    "uploadByteSizeTotal": "10",
    "uploadPacketCountTotal": "1",
    "downloadByteSizeTotal": "20",
    "downloadPacketCountTotal": "2",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What came back: exit code, printed text, (line, result, reason) and the rejected rows."""

    code: int
    output: str
    results: list[tuple[int, str, str]]
    rejected: str

    @property
    def outcomes(self) -> list[str]:
        return [result for _line, result, _reason in self.results]

    @property
    def reasons(self) -> list[str]:
        return [reason for _line, _result, reason in self.results]


def send(
    folder: Path,
    content: str | bytes,
    *,
    source: str | None = "feed",
    name: str = "usage",
    **options: Any,
) -> Sent:
    """Write a file into an empty folder and import it; without a source by a profile."""
    path, results, rejected = folder / name, folder / "results", folder / "rejected"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    output = io.StringIO()
    given = {
        **({"source": source} if source else {}),
        "results": results,
        "rejected": rejected,
        **options,
    }
    code = run(output, path, **given)
    rows = _read(results)[1:] if results.exists() else []
    return Sent(
        code,
        output.getvalue(),
        [(int(line), result, reason) for line, result, reason in rows],
        rejected.read_bytes().decode(errors="replace") if rejected.exists() else "",
    )


def run(output: io.StringIO, *paths: Path, **options: Any) -> int:
    """Call the command and return its exit code."""
    try:
        given = [_option(name, value) for name, value in options.items()]
        call_command("import_usage", *map(str, paths), *given, stdout=output)
    except CommandError as error:
        output.write(str(error))
        return error.returncode
    return 0


def _option(name: str, value: object) -> str:
    flag = f"--{name.replace('_', '-')}"
    return flag if value is True else f"{flag}={value}"


def records_csv(*rows: dict[str, str], columns: tuple[str, ...] = tuple(RECORD)) -> str:
    """Rows that differ from RECORD as told, as records-csv."""
    return _csv([RECORD | row for row in rows], columns)


def air_csv(*rows: dict[str, str], columns: tuple[str, ...] = tuple(AIR)) -> str:
    return _csv([AIR | row for row in rows], columns)


def ndjson(*rows: dict[str, Any]) -> str:
    """Rows that differ from RECORD as told, as NDJSON; `...` leaves a field out."""
    whole = [{**RECORD, "quantity": 7, **row} for row in rows]
    given = [{key: value for key, value in row.items() if value is not ...} for row in whole]
    return "".join(json.dumps(row) + "\n" for row in given)


def stored(source: str = "feed") -> list[tuple[Any, ...]]:
    """What is stored of a source, in the order of event ids."""
    return list(
        UsageRecord.objects.filter(source__name=source)
        .order_by("event_id")
        .values_list(
            "event_id",
            "account__key",
            "coverage",
            "device__key",
            "meter__code",
            "variant",
            "quantity",
        )
    )


def _csv(rows: list[dict[str, str]], columns: tuple[str, ...]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _read(path: Path) -> list[list[str]]:
    with path.open(newline="") as file:
        return list(csv.reader(file))
