"""Months of the calendar in UTC, half-open: a month holds its first instant and not its last.

Knows nothing of Django, so that rating and metering may use it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

FIRST_YEAR = 1970
LAST_YEAR = 9998
MONTHS = 12
SATURDAY = 5

_WRITTEN = re.compile(r"([0-9]{4})-?([0-9]{2})")


class BadMonth(ValueError):
    """Not a month between 1970-01 and 9998-12. The message quotes what was given."""


class NoSuchBusinessDay(ValueError):
    """The month has fewer business days than that."""


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """One calendar month in UTC, from `start` (in it) to `end` (no longer in it)."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (FIRST_YEAR <= self.year <= LAST_YEAR and 1 <= self.number <= MONTHS):
            raise BadMonth(
                f"{self.year:04}-{self.number:02} is not a month"
                f" between {FIRST_YEAR}-01 and {LAST_YEAR}-12."
            )

    def __str__(self) -> str:
        return self.iso

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "2026-10" or "202610"; anything else raises BadMonth."""
        written = _WRITTEN.fullmatch(text)
        if written is None:
            raise BadMonth(f"{text!r} is not a month: write it as YYYY-MM, such as 2026-10.")
        return cls(int(written[1]), int(written[2]))

    @classmethod
    def of(cls, when: date) -> Self:
        """Return the UTC month of an aware instant, or the month of a plain date."""
        if isinstance(when, datetime):
            return cls._of_instant(when)
        return cls(when.year, when.month)

    @classmethod
    def _of_instant(cls, when: datetime) -> Self:
        if when.utcoffset() is None:
            raise BadMonth(f"{when.isoformat()} has no time zone, so its month is unknown.")
        utc = when.astimezone(UTC)
        return cls(utc.year, utc.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return self.end.date() - timedelta(days=1)

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(date(self.year, self.number, n + 1) for n in range(self.last_day.day))

    @property
    def start(self) -> datetime:
        return datetime(self.year, self.number, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        years, index = divmod(self.number, MONTHS)
        return datetime(self.year + years, index + 1, 1, tzinfo=UTC)

    @property
    def iso(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def compact(self) -> str:
        return f"{self.year:04}{self.number:02}"

    @property
    def next(self) -> Self:
        return self.plus(1)

    @property
    def previous(self) -> Self:
        return self.plus(-1)

    def plus(self, months: int) -> Self:
        """Return the month so many months later (earlier, if negative)."""
        year, index = divmod(self.year * MONTHS + self.number - 1 + months, MONTHS)
        return type(self)(year, index + 1)

    def holds(self, instant: datetime) -> bool:
        """Say whether an aware instant lies in this month."""
        return self.start <= instant < self.end

    def business_day(self, n: int) -> date:
        """Return the n-th day of Monday to Friday, counted from 1; public holidays count too."""
        weekdays = [day for day in self.days if day.weekday() < SATURDAY]
        if not 1 <= n <= len(weekdays):
            raise NoSuchBusinessDay(f"{self} has business days 1 to {len(weekdays)}, not {n}.")
        return weekdays[n - 1]


def months_through(first: Month, last: Month) -> tuple[Month, ...]:
    """Return the months from `first` to `last`, both included; none if `last` is earlier."""
    count = (last.year - first.year) * MONTHS + last.number - first.number + 1
    return tuple(first.plus(n) for n in range(count))


def day_compact(day: date) -> str:
    """Write a day as file names and CSV columns have it: "20261031"."""
    return f"{day.year:04}{day.month:02}{day.day:02}"
