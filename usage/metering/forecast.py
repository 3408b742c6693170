"""How long a quota lasts at the pace of the recent past. Whole numbers only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LOOKS_BACK = timedelta(days=90)
LEAST_TIME = timedelta(days=28)
LEAST_CAMPAIGNS = 2
"""With less than that, a pace would be a guess."""


class Outlook(StrEnum):
    TOO_LITTLE = "too_little"
    IDLE = "idle"
    EMPTY = "empty"
    RUNS_OUT = "runs_out"
    LASTS = "lasts"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """Tokens that campaigns took since an instant, and how many campaigns these were."""

    since: datetime
    now: datetime
    tokens: int
    campaigns: int

    @property
    def days(self) -> int:
        return (self.now - self.since).days


@dataclass(frozen=True, slots=True)
class Forecast:
    """`runs_out_at` if that is before the package ends, else what would be `unused` then."""

    outlook: Outlook
    pace: Pace
    runs_out_at: datetime | None = None
    unused: int = 0


def forecast(*, pace: Pace, remaining: int, ends_at: datetime) -> Forecast:
    """Say when so many tokens run out if they go on being taken as they were of late."""
    seen = pace.now - pace.since
    if remaining == 0:
        return Forecast(Outlook.EMPTY, pace)
    if seen < LEAST_TIME or 0 < pace.campaigns < LEAST_CAMPAIGNS:
        return Forecast(Outlook.TOO_LITTLE, pace)
    if pace.tokens == 0:
        return Forecast(Outlook.IDLE, pace, unused=remaining)
    second = timedelta(seconds=1)
    lasts = remaining * (seen // second) // pace.tokens
    if lasts < (ends_at - pace.now) // second:
        return Forecast(Outlook.RUNS_OUT, pace, runs_out_at=pace.now + timedelta(seconds=lasts))
    taken = -(-pace.tokens * ((ends_at - pace.now) // second) // (seen // second))
    return Forecast(Outlook.LASTS, pace, unused=max(remaining - taken, 0))
