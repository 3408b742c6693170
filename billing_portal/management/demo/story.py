"""What happens to the SIMs: a timeline for each, told in days of the three months."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time

from billing_portal.common.periods import Month
from billing_portal.management.demo.cast import FLEETS, Fleet
from usage.choices import Status

CUSTOM_DNS = "custom_dns"
MIDNIGHT = time(0, 0)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day of the month that stands so many months after the first one, and a time of it."""

    months: int
    day: int
    at: time = MIDNIGHT

    def instant(self, first: Month) -> datetime:
        month = first.plus(self.months)
        return datetime.combine(month.first_day.replace(day=self.day), self.at, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one SIM: `what` is status, option, owner or labels."""

    what: str
    value: str
    when: Moment


# By the place of a SIM in its fleet. Small fleets have no SIM for the later ones.
FIRST_STATUS = {1: Status.READY, 2: Status.READY}
REGISTERED = {8: Moment(1, 4, time(9, 30))}
CHANGES: Mapping[int, tuple[Change, ...]] = {
    1: (Change("status", Status.ACTIVE, Moment(0, 14, time(23, 59, 59))),),
    2: (Change("status", Status.ACTIVE, Moment(1, 10, time(3, 0))),),
    3: (
        Change("status", Status.SUSPENDED, Moment(1, 5, time(1, 30))),
        Change("status", Status.ACTIVE, Moment(2, 3)),
    ),
    4: (
        Change("status", Status.INACTIVE, Moment(0, 20, time(15, 0))),
        Change("status", Status.ACTIVE, Moment(1, 2, time(8, 0))),
    ),
    5: (Change("status", Status.TERMINATED, Moment(1, 18, time(12, 0))),),
    6: (Change("status", Status.STANDBY, Moment(2, 2, time(6, 0))),),
    7: (
        Change("option", "on", Moment(1, 8, time(10, 0))),
        Change("option", "off", Moment(1, 25, time(10, 0))),
    ),
    9: (Change("labels", "moved", Moment(2, 2, time(4, 0))),),
}
MOVES = {("REIJI-EAST", 10): Change("owner", "REIJI-WEST", Moment(1, 15))}


@dataclass(frozen=True, slots=True)
class Sim:
    """One SIM of a fleet, by its place in it, in a demonstration that begins with `first`."""

    fleet: Fleet
    place: int
    first: Month

    @property
    def key(self) -> str:
        return str(self.fleet.first + self.place)

    @property
    def since(self) -> datetime:
        return REGISTERED.get(self.place, Moment(0, 1)).instant(self.first)

    @property
    def first_status(self) -> str:
        return FIRST_STATUS.get(self.place, Status.ACTIVE).value

    @property
    def options(self) -> tuple[str, ...]:
        return (CUSTOM_DNS,) if self.place == 0 else ()

    @property
    def group(self) -> str:
        return self.fleet.groups[self.place % len(self.fleet.groups)]

    @property
    def tags(self) -> dict[str, str]:
        place = self.fleet.places[self.place % len(self.fleet.places)]
        return {"name": f"{self.fleet.account.lower()}-{self.place + 1:03}", "設置場所": place}

    @property
    def moved_tags(self) -> dict[str, str]:
        return {**self.tags, "設置場所": '倉庫, 棚 "予備"'}

    @property
    def variant(self) -> str:
        """Return the speed class or the country of this SIM."""
        return self.fleet.variants[self.place % len(self.fleet.variants)]

    @property
    def changes(self) -> tuple[Change, ...]:
        move = MOVES.get((self.fleet.account, self.place))
        return CHANGES.get(self.place, ()) + ((move,) if move else ())

    def is_active(self, instant: datetime) -> bool:
        """Say whether it can send data at that instant."""
        status = self._at(instant, "status", self.first_status)
        return instant >= self.since and status == Status.ACTIVE

    def owner(self, instant: datetime) -> str:
        """Return the key of the account that has it at that instant."""
        return self._at(instant, "owner", self.fleet.account)

    def _at(self, instant: datetime, what: str, at_first: str) -> str:
        values = [
            change.value
            for change in self.changes
            if change.what == what and change.when.instant(self.first) <= instant
        ]
        return values[-1] if values else at_first


def sims(first: Month) -> Iterator[Sim]:
    """Yield all SIMs, fleet by fleet."""
    for fleet in FLEETS:
        for place in range(fleet.count):
            yield Sim(fleet, place, first)
