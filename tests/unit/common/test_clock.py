"""The clock tells UTC, and can be set for demonstrations."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from billing_portal.common import clock

START = "2026-11-01T09:00:00+09:00"
STARTED = datetime(2026, 11, 1, tzinfo=UTC)


def test_the_clock_tells_utc() -> None:
    with time_machine.travel(STARTED, tick=False):
        assert clock.now() == STARTED
        assert clock.now().tzinfo is UTC


def test_a_set_clock_starts_there_and_runs_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEISAI_CLOCK", START)
    monkeypatch.delenv("MEISAI_CLOCK_ANCHOR", raising=False)
    with time_machine.travel(0, tick=False) as machine:
        assert clock.now() == STARTED
        machine.shift(90)
        assert clock.now() == STARTED + timedelta(seconds=90)


def test_another_setting_starts_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEISAI_CLOCK_ANCHOR", "2020-01-01T00:00:00Z@5")
    monkeypatch.setenv("MEISAI_CLOCK", START)
    with time_machine.travel(1000, tick=False):
        assert clock.now() == STARTED


def test_a_child_process_goes_on_in_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEISAI_CLOCK", START)
    monkeypatch.delenv("MEISAI_CLOCK_ANCHOR", raising=False)
    with time_machine.travel(datetime.now(UTC) - timedelta(days=3), tick=False):
        clock.now()
    ask = "from billing_portal.common import clock; print(clock.now().isoformat())"
    run = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    told = datetime.fromisoformat(run.stdout.strip())
    assert timedelta(days=3) <= told - STARTED < timedelta(days=3, minutes=5)


@pytest.mark.parametrize("text", ["tomorrow", "2026-11-01", "2026-11-01T00:00:00", "0"])
def test_a_wrong_setting_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEISAI_CLOCK", text)
    with pytest.raises(clock.BadClock, match="write an instant such as"):
        clock.now()
