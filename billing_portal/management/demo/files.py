"""The usage of the demonstration as files, as a customer's own systems would send them."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from billing_portal.common.csvfile import encode
from billing_portal.common.periods import Month, day_compact
from billing_portal.management.demo import traffic
from billing_portal.management.demo.cast import CUSTOMERS, GLOBAL, JAPAN
from billing_portal.management.demo.story import Sim, sims
from billing_portal.management.demo.traffic import AirDay, Fact
from usage.choices import FileFormat

AIR_HEADER = (
    "imsi",
    "date",
    "type",
    "uploadByteSizeTotal",
    "uploadPacketCountTotal",
    "downloadByteSizeTotal",
    "downloadPacketCountTotal",
)
RECORDS_HEADER = ("event_id", "account", "device", "meter", "variant", "at", "quantity")
PARENTS = {customer.key: customer.parent for customer in CUSTOMERS}


@dataclass(frozen=True, slots=True)
class UsageFile:
    """One file and how it is taken in. Event ids are unique within its source."""

    path: Path
    format: str
    source: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """What one sort of file holds, and of which coverage."""

    name: str
    format: str
    coverage: str | None
    content: Callable[[Month, Sequence[Sim], datetime], Iterator[bytes]]

    @property
    def file_name(self) -> str:
        return f"{self.name}.{'ndjson' if self.format == FileFormat.NDJSON else 'csv'}"


def write_files(*, folder: Path, months: Iterable[Month], until: datetime) -> list[UsageFile]:
    """Write the files of every customer and month into a folder; one without rows is left out.

    Files hold whole days before `until` only. The SIMs' story begins with the first of the months.
    """
    folder.mkdir(parents=True, exist_ok=True)
    months = list(months)
    fleet = list(sims(months[0]))
    written = []
    for month in months:
        for payer in (customer.key for customer in CUSTOMERS if not customer.parent):
            own = [sim for sim in fleet if _payer(sim) == payer]
            for kind in KINDS:
                chosen = [sim for sim in own if kind.coverage in (None, sim.fleet.coverage)]
                data = b"".join(kind.content(month, chosen, until))
                if data:
                    path = folder / f"{month.iso}-{payer}-{kind.file_name}"
                    written.append(_file(path, kind, data))
    return written


def _payer(sim: Sim) -> str:
    return PARENTS[sim.fleet.account] or sim.fleet.account


def _file(path: Path, kind: Kind, data: bytes) -> UsageFile:
    is_new = not path.exists() or path.read_bytes() != data
    if is_new:
        path.write_bytes(data)
    return UsageFile(path, kind.format, f"demo-{kind.name}", is_new)


def _air(month: Month, chosen: Sequence[Sim], until: datetime) -> Iterator[bytes]:
    rows = [_air_row(day) for day in traffic.air_days(month, chosen, until)]
    return encode([AIR_HEADER, *rows]) if rows else iter(())


def _air_row(day: AirDay) -> tuple[str, ...]:
    amounts = (day.upload, day.upload_packets, day.download, day.download_packets)
    return (day.imsi, day_compact(day.day), day.kind, *(str(amount) for amount in amounts))


def _global(month: Month, chosen: Sequence[Sim], until: datetime) -> Iterator[bytes]:
    return _records(traffic.global_data(month, chosen, until))


def _night(month: Month, chosen: Sequence[Sim], until: datetime) -> Iterator[bytes]:
    return _records(traffic.night_data(month, chosen, until))


def _records(facts: Iterator[Fact]) -> Iterator[bytes]:
    rows = [tuple(str(value) for value in _fields(fact).values()) for fact in facts]
    return encode([RECORDS_HEADER, *rows], bom=False) if rows else iter(())


def _beam(month: Month, chosen: Sequence[Sim], until: datetime) -> Iterator[bytes]:
    for fact in traffic.beam_requests(month, chosen, until):
        yield json.dumps(_fields(fact), ensure_ascii=False).encode() + b"\n"


def _connections(month: Month, chosen: Sequence[Sim], until: datetime) -> Iterator[bytes]:
    return _records(traffic.connections(month, chosen, until))


def _firmware(month: Month, chosen: Sequence[Sim], until: datetime) -> Iterator[bytes]:
    return _records(traffic.firmware_updates(month, chosen, until))


def _fields(fact: Fact) -> dict[str, str | int]:
    values = (fact.event_id, fact.account, fact.imsi, fact.meter, fact.variant)
    instant = fact.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return dict(zip(RECORDS_HEADER, (*values, instant, fact.quantity), strict=True))


KINDS = (
    Kind("air", FileFormat.AIR_CSV, JAPAN, _air),
    Kind("night", FileFormat.RECORDS_CSV, JAPAN, _night),
    Kind("global", FileFormat.RECORDS_CSV, GLOBAL, _global),
    Kind("connections", FileFormat.RECORDS_CSV, None, _connections),
    Kind("firmware", FileFormat.RECORDS_CSV, None, _firmware),
    Kind("beam", FileFormat.NDJSON, None, _beam),
)
