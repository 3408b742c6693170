"""From the start to the same day 12 months later, and warned of three months before (Q51)."""

from datetime import UTC, datetime

import pytest

from usage.metering.packages import end_of, warned_from

TERMS = {
    "the same day of the next year": ("2026-03-10T09:30", "2027-03-10T09:30"),
    "the 29th of February becomes the 28th": ("2028-02-29T00:00", "2029-02-28T00:00"),
    "the 28th of February stays the 28th": ("2027-02-28T00:00", "2028-02-28T00:00"),
    "the last day of a year": ("2026-12-31T23:59", "2027-12-31T23:59"),
}
WARNINGS = {
    "three calendar months": ("2027-03-10T09:30", "2026-12-10T09:30"),
    "over a year's end": ("2027-01-01T00:00", "2026-10-01T00:00"),
    "a shorter month ends earlier": ("2027-05-31T00:00", "2027-02-28T00:00"),
    "a leap day": ("2028-05-31T00:00", "2028-02-29T00:00"),
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("start", "end"), TERMS.values(), ids=TERMS)
def test_a_package_ends_twelve_months_later(start: str, end: str) -> None:
    assert end_of(at(start)) == at(end)


@pytest.mark.parametrize(("end", "warned"), WARNINGS.values(), ids=WARNINGS)
def test_its_end_is_warned_of_from_three_months_before(end: str, warned: str) -> None:
    assert warned_from(at(end)) == at(warned)


def test_days_are_those_of_utc() -> None:
    written = datetime.fromisoformat("2028-03-01T08:00+09:00")
    assert end_of(written) == at("2029-02-28T23:00")
