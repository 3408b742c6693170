"""Ranges of time cut into intervals, as the Billing API takes them (contracts/pelion-billing…)."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from billing_portal.common.periods import Month

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(days=98)
MOST_MONTHS = 3
UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
DAY = UNITS["d"]
_WRITTEN = re.compile(r"([0-9]{1,6})(mo|[mhdw])")


class BadInterval(ValueError):
    """Not a length of time within the limits. The message says what is."""


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: whole calendar months, or a fixed length."""

    months: int = 0
    length: timedelta = timedelta()

    @classmethod
    def parse(cls, text: str) -> "Span":
        """Read "5m", "2h", "3d", "4w" or "1mo"; raises BadInterval."""
        written = _WRITTEN.fullmatch(text)
        if written is None:
            raise BadInterval("Write it as 5m, 2h, 3d, 4w or 1mo.")
        number = int(written[1])
        if written[2] == "mo":
            if not 1 <= number <= MOST_MONTHS:
                raise BadInterval("It can be from 1mo to 3mo.")
            return cls(months=number)
        length = number * UNITS[written[2]]
        if not SHORTEST <= length <= LONGEST:
            raise BadInterval("It can be from 5m to 98d.")
        return cls(length=length)

    def after(self, instant: datetime, times: int = 1) -> datetime:
        """Return the instant so many spans later; the 31st becomes the last day of a month."""
        if not self.months:
            return instant + times * self.length
        month = Month.of(instant).plus(times * self.months)
        day = min(instant.day, month.last_day.day)
        return instant.replace(year=month.year, month=month.number, day=day)

    @property
    def slot(self) -> timedelta:
        """What to count by, so that slots of equal length add up to intervals."""
        return self.length or DAY


def starts(*, start: datetime, end: datetime, interval: Span) -> list[datetime]:
    """Return when each interval of a half-open range begins; the last one may be cut short."""
    found = [start]
    while (at := interval.after(start, len(found))) < end:
        found.append(at)
    return found


def interval_of(begins: Sequence[datetime], instant: datetime) -> int:
    """Return the number of the interval that holds an instant."""
    return bisect_right(begins, instant) - 1
