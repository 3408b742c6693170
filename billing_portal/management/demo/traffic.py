"""What the SIMs use, day by day. The same for the same month, however often it is told.

All of a month is drawn and only then cut off, so that a file of the running month grows day by day
and its earlier rows stay as they were.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from billing_portal.common.periods import Month, day_compact
from billing_portal.management.demo import campaigns
from billing_portal.management.demo.cast import JAPAN
from billing_portal.management.demo.story import Sim
from usage.metering.counters import FIRMWARE_UPDATE

KIB = 1024
PACKET = 700  # bytes, usual enough
NIGHT_HOUR = 17  # UTC: 02:00 to 06:00 in Japan
NIGHT_SECONDS = 4 * 3600
DAY_SECONDS = 24 * 3600
MOST_A_DAY = {
    "session.connection": 6,
    "to_service.observation": 40,
    "to_device.proxy_request": 8,
    "rest.api_key": 25,
    "lwm2m.message": 60,
}


@dataclass(frozen=True, slots=True)
class AirDay:
    """A day of one SIM as the air usage CSV has it."""

    imsi: str
    day: date
    kind: str
    upload: int
    download: int

    @property
    def upload_packets(self) -> int:
        return 1 + self.upload // PACKET

    @property
    def download_packets(self) -> int:
        return 1 + self.download // PACKET


@dataclass(frozen=True, slots=True)
class Fact:
    """One metered fact with its instant."""

    event_id: str
    account: str
    imsi: str
    meter: str
    variant: str
    at: datetime
    quantity: int


def dice(month: Month, *names: str) -> Random:
    return Random("/".join([month.iso, *names]))  # noqa: S311 - demonstration, no secret


def air_days(month: Month, sims: Sequence[Sim], until: datetime) -> Iterator[AirDay]:
    """Yield the days before `until` on which SIMs of Japan used data."""
    for sim in sims:
        chance = dice(month, "air", sim.key)
        for day in month.days:
            upload, download = (_amount(chance, kib) for kib in sim.fleet.daily_kib)
            morning = datetime.combine(day, datetime.min.time(), tzinfo=UTC)
            if _counts(sim, morning, day, until):
                yield AirDay(sim.key, day, sim.variant, upload, download)


def global_data(month: Month, sims: Sequence[Sim], until: datetime) -> Iterator[Fact]:
    """Yield one upload and one download a day, at home and now and then in another country."""
    for sim in sims:
        chance = dice(month, "global", sim.key)
        for day in month.days:
            at = _at(chance, day, 0, DAY_SECONDS)
            roams = chance.random() < 0.05
            country = chance.choice(sim.fleet.variants) if roams else sim.variant
            amounts = [_amount(chance, kib) for kib in sim.fleet.daily_kib]
            variant = f"{country}-{sim.fleet.plan}"
            if _counts(sim, at, day, until):
                yield _fact(sim, "data.upload", variant, at, amounts[0])
                yield _fact(sim, "data.download", variant, at, amounts[1])


def night_data(month: Month, sims: Sequence[Sim], until: datetime) -> Iterator[Fact]:
    """Yield uploads within the night window of Japan, by the SIMs that send at night."""
    for sim in sims:
        chance = dice(month, "night", sim.key)
        for day in month.days:
            at = _at(chance, day, NIGHT_HOUR, NIGHT_SECONDS)
            amount = _amount(chance, sim.fleet.daily_kib[0])
            if sim.place < sim.fleet.night and _counts(sim, at, day, until):
                yield _fact(sim, "data.upload", sim.variant, at, amount)


def beam_requests(month: Month, sims: Sequence[Sim], until: datetime) -> Iterator[Fact]:
    """Yield a day's Beam requests of the SIMs that send them."""
    for sim in sims:
        chance = dice(month, "beam", sim.key)
        for day in month.days:
            at = _at(chance, day, 0, DAY_SECONDS)
            protocol = chance.choice(sim.fleet.protocols)
            count = round(sim.fleet.beam_a_day * chance.uniform(0.7, 1.3))
            if sim.place < sim.fleet.beam and _counts(sim, at, day, until):
                yield _fact(sim, "beam.request", protocol, at, count)


def connections(month: Month, sims: Sequence[Sim], until: datetime) -> Iterator[Fact]:
    """Yield what reports count of every sixth SIM; some of them are only seen."""
    for sim in sims:
        if sim.place % 6:
            continue
        chance = dice(month, "connections", sim.key)
        for day in month.days:
            at = _at(chance, day, 0, DAY_SECONDS)
            counts = [chance.randrange(1, most) for most in MOST_A_DAY.values()]
            if not _counts(sim, at, day, until):
                continue
            if sim.place % 4:
                yield _fact(sim, "publish.application", "", at, counts[0])
                continue
            for meter, count in zip(MOST_A_DAY, counts, strict=True):
                yield _fact(sim, meter, "", at, count)


def firmware_updates(month: Month, sims: Sequence[Sim], until: datetime) -> Iterator[Fact]:
    """Yield the successful updates of campaigns, a few minutes apart; the variant is their id."""
    for sim in sims:
        for campaign in campaigns.of(sim.fleet.account):
            at = campaign.starts.instant(sim.first) + timedelta(minutes=5 * sim.place)
            is_updated = sim.place < campaign.updated and sim.fleet.coverage == JAPAN
            if is_updated and month.holds(at) and _counts(sim, at, at.date(), until):
                variant = campaign.key(sim.first).hex
                yield _fact(sim, FIRMWARE_UPDATE, variant, at, 1)


def _amount(chance: Random, kib: int) -> int:
    return int(kib * KIB * chance.uniform(0.4, 1.8))


def _at(chance: Random, day: date, hour: int, seconds: int) -> datetime:
    start = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return start + timedelta(seconds=chance.randrange(seconds))


def _counts(sim: Sim, at: datetime, day: date, until: datetime) -> bool:
    """Only days that are complete are told."""
    return day < until.date() and sim.is_active(at)


def _fact(sim: Sim, meter: str, variant: str, at: datetime, quantity: int) -> Fact:
    event_id = f"{meter}-{sim.key}-{day_compact(at)}"
    return Fact(event_id, sim.owner(at), sim.key, meter, variant, at, quantity)
