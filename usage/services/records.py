"""Writing facts: append-only, once each, and never past a close without saying so."""

import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from billing_portal.common.checkpoints import reached
from usage.choices import MonthState
from usage.metering.eventids import EventIdRule
from usage.models import AccountMonth, Source, UsageRecord
from usage.selectors.records import Stamp, event_id_rule, has_moved
from usage.services import activity, months
from usage.services.months import MonthKey
from usage.services.staging import Facts, Known, Stage, stage

ATTEMPTS = 5
PAUSE = 0.2
"""Seconds before a merge that met a lock is tried again, the first time."""


class ReferencesMoved(Exception):
    """Owners or the account tree changed since the facts were checked: check them again."""


class EventIdsDiffer(Exception):
    """Other columns make the event ids of this source: the same fact would be stored twice."""

    def __init__(self, source: str, rule: str) -> None:
        self.source, self.rule = source, rule
        text = _(
            "The event ids of source %(source)s are made of %(rule)s, as its first profile said."
            " Make them of the same, or give this feed another source."
        )
        super().__init__(text % {"source": source, "rule": rule})


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


def claim(*, source: Source, rule: EventIdRule) -> None:
    """Keep what makes the event ids of a source; EventIdsDiffer if it was said otherwise before.

    What was said counts once there are facts. Further facts of a row may join later.
    """
    with transaction.atomic():
        _claim(source, rule)


def compare(*, source: str, rule: EventIdRule) -> None:
    """Raise EventIdsDiffer if `claim` would; nothing is written."""
    said = EventIdRule.read(event_id_rule(source=source))
    if said is not None and not said.agrees_with(rule):
        raise EventIdsDiffer(source, str(said))


def merge(
    *,
    source: Source,
    facts: Facts,
    by_month: Mapping[MonthKey, int],
    stamp: Stamp,
    now: datetime,
    rule: EventIdRule | None = None,
) -> Merged:
    """Store checked facts in one short transaction; what is there already stays as it is.

    `by_month` counts the priced facts of each month; the place of a month in it, from 0, is the
    `month` of its facts. Facts that are not priced are never late and disturb no close: no bill
    can contain them. Raises ReferencesMoved if `stamp` is no longer true, EventIdsDiffer if another
    profile has said meanwhile what makes the event ids.
    """
    loaded = stage()
    loaded.fill(facts)
    reached("records.staged")
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                if rule is not None:
                    _claim(source, rule)
                merged = _merge(source, loaded, by_month, stamp)
                known = [one.fact for one in merged.known]
                activity.note_devices(rows=facts.devices(known=known, now=now))
                activity.note_days(rows=facts.days(known=known))
                reached("records.written")
            reached("records.merged")
            return merged
        except (OperationalError, IntegrityError):
            # A deadlock, a lock that did not come, or another process that stored the same facts
            # meanwhile: nothing was written, and it passes.
            if attempt == ATTEMPTS or connection.in_atomic_block:
                raise
            time.sleep(PAUSE * attempt)
    raise AssertionError


def _claim(source: Source, rule: EventIdRule) -> None:
    """Compare under lock, so that of two profiles at the same instant the second one is refused."""
    row = Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    said = EventIdRule.read(row.event_id_rule)
    if said == rule:
        return
    if said is not None and UsageRecord.objects.filter(source=source).exists():
        if not said.agrees_with(rule):
            raise EventIdsDiffer(row.name, str(said))
        rule = said.with_suffixes_of(rule)
    Source.objects.filter(pk=row.pk).update(event_id_rule=rule.text())


def _merge(source: Source, loaded: Stage, by_month: Mapping[MonthKey, int], stamp: Stamp) -> Merged:
    keys = list(by_month)
    rows = months.lock(keys=months.with_first_open(keys=keys))
    if has_moved(stamp) or _closed_meanwhile(rows, keys):
        raise ReferencesMoved
    late = [number for number, key in enumerate(keys) if rows[key].state == MonthState.CLOSED]
    known = loaded.merge(source_id=source.pk, late=late)
    repeated = Counter(keys[one.month] for one in known if one.is_priced)
    fresh = {key: count - repeated[key] for key, count in by_month.items()}
    disturbed = {keys[number].pair for number in late if fresh[keys[number]]}
    months.bump(
        months=[
            row
            for key, row in rows.items()
            if fresh.get(key) or (key.pair in disturbed and row.state == MonthState.OPEN)
        ],
        late={rows[keys[number]].pk: fresh[keys[number]] for number in late},
    )
    return Merged(known=known, late=frozenset(late))


def _closed_meanwhile(rows: Mapping[MonthKey, AccountMonth], keys: Collection[MonthKey]) -> bool:
    """Say whether a first open month is open no more; the bill of another one corrects then."""
    return any(row.state == MonthState.CLOSED for key, row in rows.items() if key not in set(keys))
