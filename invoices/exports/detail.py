"""The detailed billing CSV of a bill (sources/000…, domain.md §1): from its detail file to text.

UTF-8 with BOM, CRLF, RFC 4180 quoting only where needed. Columns: the id columns in use, `date`,
`billItemName`, `unitPrice`, `quantity`, `amount`, then one for each tag name and one for the group.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from billing_portal.common.csvfile import encode, guard
from invoices.exports.occurring import Occurring, occurring, slices
from invoices.models import Bill
from invoices.rating.bundle import TAG
from invoices.rating.canonical import plain
from invoices.selectors import breakdown
from invoices.services.documents import annexes
from usage.metering.vocabulary import DeviceKind

# The kinds in the order of the vendor's columns; `imsi` is always there, the others when in use.
ID_COLUMNS = {
    DeviceKind.SUBSCRIBER: "imsi",
    DeviceKind.VPG: "vpgId",
    DeviceKind.LORA_GATEWAY: "loraGatewayId",
    DeviceKind.LORA_DEVICE: "loraDeviceId",
    DeviceKind.SIGFOX: "sigfoxDeviceId",
    DeviceKind.INVENTORY_DEVICE: "deviceId",
    DeviceKind.THING: "deviceId",
    DeviceKind.GADGET: "gadgetId",
    DeviceKind.CAMERA: "soraCamDeviceId",
}
ALWAYS = "imsi"
GROUP = "group"
GROUP_COLUMN = "groupName"
VALUES = ("date", "billItemName", "unitPrice", "quantity", "amount")
OWN = {*ID_COLUMNS.values(), *VALUES, GROUP_COLUMN}
CHUNK = 1 << 20


def csv_name(bill: Bill, *, account_key: str) -> str:
    """The name a downloaded file gets: `bill_ACME_japan_2026-10.csv`."""
    return f"bill_{account_key}_{bill.coverage}_{bill.month.iso}.csv"


def write_csv(*, bill: Bill, path: Path) -> None:
    """Write the CSV of a bill to a local path; an annex as it was made, whatever made it.

    Memory does not grow with its lines.
    """
    if hasattr(bill, "annex"):
        with path.open("wb") as file:
            file.writelines(annexes.unpacked(bill.annex))
        return
    with breakdown.scanned(bill) as lines:
        convert(lines=lines, target=path)


def convert(*, lines: pl.LazyFrame, target: Path) -> None:
    """Write the CSV of the lines of a bill."""
    columns = _columns(lines)
    shown = [column.alias(name) for name, column in columns]
    with target.open("wb") as file:
        file.writelines(encode([[name for name, _column in columns]]))
        for block in slices(lines):
            block.select(shown).sink_csv(
                file,
                include_header=False,
                line_terminator="\r\n",
                quote_style="never",  # texts that need quotes bear them already
                null_value="",
                maintain_order=True,
            )


def stream(bill: Bill) -> Iterator[bytes]:
    """The bytes of the CSV as `write_csv` writes it, piece by piece."""
    if hasattr(bill, "annex"):
        yield from annexes.unpacked(bill.annex)
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "detail.csv"
        write_csv(bill=bill, path=path)
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk


def _columns(lines: pl.LazyFrame) -> list[tuple[str, pl.Expr]]:
    """Header and content of each column of the file."""
    names = lines.collect_schema().names()
    tags = [name for name in names if name.startswith(TAG)]
    seen = occurring(lines, ["device", GROUP, *tags])
    columns = [(column, _id_column(column, seen)) for column in _ids_in_use(seen.kinds)]
    columns += [
        ("date", pl.col("date")),
        ("billItemName", seen.shown("name")),
        ("unitPrice", seen.price()),
        ("quantity", pl.col("quantity")),
        ("amount", plain(pl.col("amount"))),
    ]
    columns += zip(_tag_names(tags), map(seen.shown, tags), strict=True)
    if GROUP in seen.used:
        columns.append((GROUP_COLUMN, seen.shown(GROUP)))
    return columns


def _tag_names(columns: list[str]) -> list[str]:
    """The names of tags as they stand in the header, which has every name once.

    Readers go by name: a tag called like one of our own columns keeps its mark `tag:`, whether or
    not that column is in use.
    """
    names: list[str] = []
    for column in columns:
        name = guard(column.removeprefix(TAG))
        while name in OWN or name in names:
            name = TAG + name
        names.append(name)
    return names


def _ids_in_use(kinds: list[str | None]) -> list[str]:
    used = {ID_COLUMNS[DeviceKind(kind)] for kind in kinds if kind} | {ALWAYS}
    return [column for column in dict.fromkeys(ID_COLUMNS.values()) if column in used]


def _id_column(column: str, seen: Occurring) -> pl.Expr:
    shown = [kind for kind in seen.kinds if kind and ID_COLUMNS[DeviceKind(kind)] == column]
    device = seen.shown("device")
    return device if shown == seen.kinds else pl.when(pl.col("kind").is_in(shown)).then(device)
