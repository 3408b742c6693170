"""The clock. Only interfaces read it (views, commands, tasks, admin); services are told the time.

For demonstrations and tests with real processes the environment variable MEISAI_CLOCK (RFC 3339)
sets the instant at which time starts. It then runs on, in the processes started from this one too.
"""

import os
import time
from datetime import UTC, datetime, timedelta

VARIABLE = "MEISAI_CLOCK"
# "<start>@<machine time when it was first read>", handed down to child processes.
_ANCHOR = "MEISAI_CLOCK_ANCHOR"


class BadClock(ValueError):
    """MEISAI_CLOCK holds no instant with a time zone."""


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    start = os.environ.get(VARIABLE)
    if not start:
        return datetime.now(UTC)
    anchor = _anchor(start)
    return _instant(start) + timedelta(seconds=time.time() - anchor)


def timeline(start: str) -> dict[str, str]:
    """The environment of processes that shall all live in one time, which is `start` now."""
    return {VARIABLE: start, _ANCHOR: f"{start}@{time.time()!r}"}


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
        if instant.utcoffset() is not None:
            return instant.astimezone(UTC)
    except ValueError:
        pass
    raise BadClock(f"{VARIABLE}={text!r}: write an instant such as 2026-11-01T00:00:00Z.")


def _anchor(start: str) -> float:
    known, _, seconds = os.environ.get(_ANCHOR, "").rpartition("@")
    if known != start:
        seconds = repr(time.time())
        os.environ[_ANCHOR] = f"{start}@{seconds}"
    return float(seconds)
