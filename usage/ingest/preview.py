"""The dry run: the first rows of a file as they would be understood. Nothing is stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from usage.choices import RowOutcome
from usage.ingest.formats import Copy, Format, Rows
from usage.ingest.reading import HEAD, SourceFile, open_source
from usage.ingest.reasons import code, text_of
from usage.ingest.references import References
from usage.metering.vocabulary import Outcome
from usage.selectors import records

ROWS = 10


@dataclass(frozen=True, slots=True)
class Seen:
    """One fact of a row; or a row that is none, with `reason`. `at` is UTC, as people read it."""

    line: int
    outcome: str
    reason: str = ""
    event_id: str = ""
    device: str = ""
    account: str = ""
    at: str = ""
    meter: str = ""
    variant: str = ""
    quantity: int | None = None

    @property
    def title(self) -> str:
        """The outcome, as a page calls it."""
        return str(RowOutcome(self.outcome).label)

    @property
    def is_fact(self) -> bool:
        return self.quantity is not None


def preview(*, path: Path, form: Format, now: datetime, rows: int = ROWS) -> list[Seen]:
    """Return what the first rows of a file are; raises FileRefused if it cannot be taken in."""
    found, count = [], 0
    with open_source(path, form.encoding) as file:
        file.prove()
        cutter, copy = form.open(file.lines())
        for part in _cut(file, cutter):
            found.append(part)
            count += part.height
            if count >= rows:
                break
    return _seen(pl.concat(found).head(rows), form, copy, now)


def _cut(file: SourceFile, cutter: Rows) -> Iterator[pl.DataFrame]:
    for block in file.blocks(HEAD):
        yield cutter.take(block)
    yield cutter.finish()


def _seen(first: pl.DataFrame, form: Format, copy: Copy, now: datetime) -> list[Seen]:
    typed = form.typed(first, now).with_row_index("row")
    facts, faults = form.proved(typed.drop("raw"), References())
    whole = typed.select("row", "line", "raw")
    bad = whole.join(faults, on="row", how="inner").sort("row")
    found = [*_rejected(bad, copy), *_facts(facts.join(whole, on="row"))]
    return sorted(found, key=lambda one: (one.line, one.event_id))


def _rejected(rows: pl.DataFrame, copy: Copy) -> Iterator[Seen]:
    for line, raw, fault in rows.select("line", "raw", "fault").iter_rows():
        skipped = fault == code("skipped")
        yield Seen(
            line=line,
            outcome=Outcome.SKIPPED if skipped else Outcome.REJECTED,
            reason=text_of(fault, copy.fields(raw)),
        )


def _facts(rows: pl.DataFrame) -> Iterator[Seen]:
    accounts = dict(records.account_keys(ids=_ids(rows["account_id"])))
    devices = dict(records.device_keys(ids=_ids(rows["device_id"])))
    meters = dict(records.meter_codes(ids=_ids(rows["meter_id"])))
    moment = pl.from_epoch("at", "us")
    text = (
        pl.when("whole_day")
        .then(moment.dt.strftime("%Y-%m-%d"))
        .otherwise(moment.dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ"))
    )
    for row in rows.with_columns(text.alias("at")).iter_rows(named=True):
        yield Seen(
            line=row["line"],
            outcome=Outcome.ACCEPTED,
            event_id=row["event_id"],
            device=devices.get(row["device_id"], ""),
            account=accounts[row["account_id"]],
            at=row["at"],
            meter=meters[row["meter_id"]],
            variant=row["variant"],
            quantity=row["quantity"],
        )


def _ids(keys: pl.Series) -> list[int]:
    return keys.drop_nulls().unique().sort().to_list()
