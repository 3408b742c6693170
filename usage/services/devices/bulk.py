"""Many devices at once: what is wished is compared with what stands, and the difference written.

Some thousand wishes share a transaction, its locks and its queries. One that is refused takes no
other one along.
"""

import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, OperationalError, connection
from django.utils.translation import gettext as _

from usage.models import Device, DeviceNow, DeviceOwner
from usage.selectors.chunks import chunks
from usage.services import months
from usage.services.devices.drafts import Draft, draft
from usage.services.devices.ground import Ground
from usage.services.devices.reach import DeviceRefused, lock_reach, until_it_rests, withheld
from usage.services.devices.standing import Standing, by_kind, claims, locked
from usage.services.devices.wishes import Outcome, Result, Wish
from usage.services.devices.writing import audit_drafts, write_drafts

BATCH = 2_000
ATTEMPTS = 5
PAUSE = 0.2
"""Seconds before a batch that met a lock is tried again, the first time."""

Batch = Sequence[tuple[int, Wish]]


class DeviceUnknown(DeviceRefused):
    """There is no such device, and too little is said to register it."""


class AnotherWasFirst(DeviceRefused):
    """Others write the same device or identifier again and again."""


class _Rehearsed(Exception):
    """The end of a dry run, which leaves nothing behind."""

    def __init__(self, outcomes: Mapping[int, Outcome]) -> None:
        super().__init__()
        self.outcomes = outcomes


@dataclass(frozen=True, slots=True)
class Terms:
    """How wishes are carried out.

    With `within` only devices that belong to these accounts now can be changed, and none is
    registered: all others are not there. `actor` puts every changed device into the audit trail,
    as an `action`.
    """

    now: datetime
    within: frozenset[int] | None = None
    actor: str = ""
    action: str = "device.labels"
    dry_run: bool = False


def change_devices(*, wishes: Sequence[Wish], terms: Terms) -> list[Outcome]:
    """Register and change devices; return what became of each wish, in their order.

    Of several wishes for one device the later one finds what the earlier one left. A dry run
    judges each batch on its own.
    """
    outcomes: dict[int, Outcome] = {}
    for batch in _batches(wishes):
        outcomes |= _carry_out(batch, terms)
    return [outcomes[number] for number in range(len(wishes))]


def _batches(wishes: Sequence[Wish]) -> Iterator[Batch]:
    """Put wishes together that lock the same months, each device once."""
    times: Counter[str] = Counter()
    rounds: list[list[tuple[int, Wish]]] = []
    for number, wish in enumerate(wishes):
        if times[wish.key] == len(rounds):
            rounds.append([])
        rounds[times[wish.key]].append((number, wish))
        times[wish.key] += 1
    owners = _owners([wish.key for wish in wishes]) if len(wishes) > BATCH else {}
    for one in rounds:
        one.sort(key=lambda pair: pair[1].account_id or owners.get(pair[1].key) or 0)
        yield from chunks(one, BATCH)


def _owners(keys: Sequence[str]) -> dict[str, int | None]:
    return dict(DeviceNow.objects.filter(key__in=keys).values_list("key", "account_id"))


def _carry_out(batch: Batch, terms: Terms) -> Mapping[int, Outcome]:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return until_it_rests(lambda: _apply(batch, terms))
        except _Rehearsed as rehearsed:
            return rehearsed.outcomes
        except IntegrityError:
            # Another process registered one of them, or gave away an identifier: look again.
            continue
        except OperationalError:
            # A deadlock or a lock that did not come: nothing was written, and it passes.
            if attempt == ATTEMPTS or connection.in_atomic_block:
                raise
            time.sleep(PAUSE * attempt)
    return _one_by_one(batch, terms)


def _one_by_one(batch: Batch, terms: Terms) -> Mapping[int, Outcome]:
    """Find the ones that others keep from being written, and let them take no other one along."""
    if len(batch) > 1:
        half = len(batch) // 2
        return {**_carry_out(batch[:half], terms), **_carry_out(batch[half:], terms)}
    ((number, wish),) = batch
    text = _("Device %(key)s is written by others at the same time. Send it again.")
    return {number: _rejected(AnotherWasFirst(text % {"key": wish.key}))}


def _apply(batch: Batch, terms: Terms) -> Mapping[int, Outcome]:
    """Compare, lock the months, write, bump: in the transaction of the caller."""
    drafts, outcomes = _drafts(batch, terms)
    reaches = {number: made.reaches() for number, made in drafts.items()}
    rows, closed = lock_reach(reaches=set().union(*reaches.values()))
    for number, made in list(drafts.items()):
        months_closed = [closed[reach] for reach in reaches[number] if reach in closed]
        try:
            made.mark_late(max(months_closed, default=None))
        except DeviceRefused as refusal:
            outcomes[number] = _rejected(refusal)
            del drafts[number]
    write_drafts(list(drafts.values()), now=terms.now)
    late = max(closed.values(), default=None)
    months.bump(months=rows, late=withheld(rows, late))
    if terms.actor:
        audit_drafts(list(drafts.values()), actor=terms.actor, action=terms.action, now=terms.now)
    outcomes |= {number: _outcome(made) for number, made in drafts.items()}
    if terms.dry_run:
        raise _Rehearsed(outcomes)
    return outcomes


def _drafts(batch: Batch, terms: Terms) -> tuple[dict[int, Draft], dict[int, Outcome]]:
    standings = locked(keys=[wish.key for _number, wish in batch])
    numbers = [pair for _number, wish in batch for pair in wish.identifiers.items()]
    claimed = claims(wanted=by_kind(numbers))
    ground = Ground({wish.account_id for _number, wish in batch if wish.account_id is not None})
    drafts: dict[int, Draft] = {}
    outcomes: dict[int, Outcome] = {}
    for number, wish in batch:
        try:
            standing = _standing(wish, standings.get(wish.key), terms)
            drafts[number] = draft(wish, standing, ground, claimed, terms.now)
        except DeviceRefused as refusal:
            outcomes[number] = _rejected(refusal)
    return drafts, outcomes


def _standing(wish: Wish, found: Standing | None, terms: Terms) -> Standing:
    if terms.within is not None:
        return _own(wish, found, terms.within, terms.now)
    return found or Standing(_new(wish))


def _own(wish: Wish, found: Standing | None, within: Collection[int], now: datetime) -> Standing:
    """A device of these accounts; those of others are not there."""
    owner = found.at(DeviceOwner, now) if found else None
    if found is None or not isinstance(owner, DeviceOwner) or owner.account_id not in within:
        raise DeviceUnknown(_("You have no device %(key)s.") % {"key": wish.key})
    return found


def _new(wish: Wish) -> Device:
    needed = {
        "kind": wish.kind,
        "coverage": wish.coverage,
        "account": wish.account_id,
        "status": wish.status,
        "since": wish.since,
    }
    lacking = [name for name, value in needed.items() if value is None]
    if lacking or wish.kind is None or wish.coverage is None:
        raise DeviceUnknown(
            _("There is no device %(key)s yet, and to register it these are missing: %(lacking)s.")
            % {"key": wish.key, "lacking": ", ".join(lacking)}
        )
    return Device(key=wish.key, kind=wish.kind, coverage=wish.coverage)


def _outcome(made: Draft) -> Outcome:
    late = max((p.late_through for p in made.points if p.late_through is not None), default=None)
    if made.is_new:
        return Outcome(Result.CREATED, late=late)
    result = Result.CHANGED if made.changed else Result.UNCHANGED
    return Outcome(result, tuple(made.changed), late=late)


def _rejected(refusal: DeviceRefused) -> Outcome:
    return Outcome(Result.REJECTED, reason=str(refusal))
