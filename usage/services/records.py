"""Writing facts: append-only, once each, and never past a close without saying so."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, connection, transaction

from billing_portal.common.checkpoints import reached
from usage.choices import ImportState, MonthState
from usage.metering.vocabulary import Outcome
from usage.models import Import, Source
from usage.selectors.records import Stamp, reference_stamp
from usage.services import months
from usage.services.months import MonthKey
from usage.services.staging import Facts, Known, Stage, stage

ATTEMPTS = 5
PAUSE = 0.2
"""Seconds before a merge that met a lock is tried again, the first time."""

NAME_LENGTH = 255


class ReferencesMoved(Exception):
    """Owners or the account tree changed since the facts were checked: check them again."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of staged facts: some were known, those of closed months are late.

    `late` has the numbers of these months; all other facts are accepted.
    """

    known: Sequence[Known]
    late: frozenset[int]


def source_named(*, name: str) -> Source:
    """Return the feed of this name; a new one begins with its first file."""
    return Source.objects.get_or_create(name=name)[0]


def start_import(
    *, source: Source, file_name: str, file_format: str, actor: str, now: datetime
) -> Import:
    """Note that a file is being taken in."""
    return Import.objects.create(
        source=source,
        file_name=file_name[:NAME_LENGTH],
        format=file_format,
        actor=actor,
        started_at=now,
    )


def finish_import(
    *, row: Import, counts: Mapping[Outcome, int], rejected_file: str, now: datetime
) -> None:
    """Note what became of the rows of a file."""
    row.state = ImportState.DONE
    _finish(row, counts, now, rejected_file=rejected_file)


def refuse_import(*, row: Import, counts: Mapping[Outcome, int], error: str, now: datetime) -> None:
    """Note that a file was refused, or could not be read to its end a second time."""
    row.state = ImportState.REFUSED
    _finish(row, counts, now, error=error)


def merge(
    *,
    source: Source,
    facts: Facts,
    by_month: Mapping[MonthKey, int],
    stamp: Stamp,
) -> Merged:
    """Store checked facts in one short transaction; what is there already stays as it is.

    `by_month` counts the facts of each month; the place of a month in it, from 0, is the `month`
    of its facts. Raises ReferencesMoved if `stamp` is no longer true.
    """
    loaded = stage()
    loaded.fill(facts)
    reached("records.staged")
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                merged = _merge(source, loaded, by_month, stamp)
                reached("records.written")
            reached("records.merged")
            return merged
        except OperationalError:
            # A deadlock or a lock that did not come: nothing was written, and it passes.
            if attempt == ATTEMPTS or connection.in_atomic_block:
                raise
            time.sleep(PAUSE * attempt)
    raise AssertionError


def _merge(source: Source, loaded: Stage, by_month: Mapping[MonthKey, int], stamp: Stamp) -> Merged:
    keys = list(by_month)
    rows = months.lock(keys=keys)
    if reference_stamp() != stamp:
        raise ReferencesMoved
    late = [number for number, key in enumerate(keys) if rows[key].state == MonthState.CLOSED]
    known = loaded.merge(source_id=source.pk, late=late)
    repeated = Counter(keys[one.month] for one in known)
    fresh = {key: count - repeated[key] for key, count in by_month.items()}
    months.bump(
        months=[rows[key] for key, count in fresh.items() if count],
        late={rows[keys[number]].pk: fresh[keys[number]] for number in late},
    )
    return Merged(known=known, late=frozenset(late))


def _finish(
    row: Import,
    counts: Mapping[Outcome, int],
    now: datetime,
    *,
    rejected_file: str = "",
    error: str = "",
) -> None:
    row.accepted = counts.get(Outcome.ACCEPTED, 0)
    row.duplicate = counts.get(Outcome.DUPLICATE, 0)
    row.conflict = counts.get(Outcome.CONFLICT, 0)
    row.rejected = counts.get(Outcome.REJECTED, 0)
    row.late = counts.get(Outcome.LATE, 0)
    row.rejected_file, row.error, row.finished_at = rejected_file, error, now
    row.save()
