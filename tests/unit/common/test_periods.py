"""Months are half-open, in UTC, and can be counted on."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_portal.common.periods import (
    BadMonth,
    Month,
    NoSuchBusinessDay,
    day_compact,
    months_through,
)

months = st.builds(Month, st.integers(1970, 9998), st.integers(1, 12))
inner_months = st.builds(Month, st.integers(2030, 9000), st.integers(1, 12))
steps = st.integers(-300, 300)
TOKYO = timezone(timedelta(hours=9))


@given(months)
def test_what_is_written_is_read_again(month: Month) -> None:
    assert Month.parse(month.iso) == Month.parse(month.compact) == month
    assert str(month) == month.iso


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-1", "2026-13", "2026-00", "26-10", "2026/10", "2026-10-01", " 2026-10",
     "2026-10\n", "1969-12", "9999-01", "２０２６-10", "2026-10 "],
)  # fmt: skip
def test_what_is_no_month_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(BadMonth, match="is not a month"):
        Month.parse(text)


@given(months)
def test_a_month_holds_its_first_instant_and_not_its_last(month: Month) -> None:
    instant = timedelta(microseconds=1)
    assert month.holds(month.start)
    assert month.holds(month.end - instant)
    assert not month.holds(month.end)
    assert month == Month(1970, 1) or not month.holds(month.start - instant)


@given(inner_months)
def test_months_follow_each_other_without_gap(month: Month) -> None:
    assert month.end == month.next.start
    assert month.next.previous == month
    assert month.previous < month < month.next


@given(inner_months, steps, steps)
def test_steps_add_up(month: Month, a: int, b: int) -> None:
    assert month.plus(a).plus(b) == month.plus(a + b)
    assert (month.plus(a) < month) == (a < 0)


@given(months)
def test_the_days_are_those_from_start_to_end(month: Month) -> None:
    assert len(month.days) == (month.end - month.start).days
    assert (month.days[0], month.days[-1]) == (month.first_day, month.last_day)
    assert all(Month.of(day) == month for day in month.days)


@given(months, months)
def test_text_order_is_month_order(a: Month, b: Month) -> None:
    assert (a < b) == (a.iso < b.iso) == (a.compact < b.compact)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (date(2026, 10, 31), "2026-10"),
        (datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC), "2026-10"),
        (datetime(2026, 11, 1, 8, 59, tzinfo=TOKYO), "2026-10"),
        (datetime(2026, 11, 1, 9, 0, tzinfo=TOKYO), "2026-11"),
    ],
)
def test_the_month_of_an_instant_is_that_of_utc(when: date, expected: str) -> None:
    assert Month.of(when).iso == expected


def test_an_instant_without_a_zone_has_no_month() -> None:
    with pytest.raises(BadMonth, match="no time zone"):
        Month.of(datetime(2026, 10, 1))  # noqa: DTZ001


@given(inner_months, st.integers(0, 40))
def test_months_through_includes_both_ends(first: Month, more: int) -> None:
    found = months_through(first, first.plus(more))
    assert found == tuple(first.plus(n) for n in range(more + 1))


def test_there_is_no_month_from_later_to_earlier() -> None:
    assert months_through(Month(2026, 11), Month(2026, 10)) == ()


@pytest.mark.parametrize(("year", "number", "step"), [(1970, 1, -1), (9998, 12, 1)])
def test_the_calendar_ends_with_an_error(year: int, number: int, step: int) -> None:
    with pytest.raises(BadMonth, match="1970-01 and 9998-12"):
        Month(year, number).plus(step)


@pytest.mark.parametrize(
    ("month", "n", "day"),
    [
        ("2026-10", 1, date(2026, 10, 1)),  # a Thursday
        ("2026-11", 1, date(2026, 11, 2)),  # the 1st is a Sunday
        ("2026-08", 1, date(2026, 8, 3)),  # the 1st is a Saturday
        ("2026-10", 3, date(2026, 10, 5)),  # over a weekend
        ("2026-02", 20, date(2026, 2, 27)),
    ],
)
def test_business_days_leave_weekends_out(month: str, n: int, day: date) -> None:
    assert Month.parse(month).business_day(n) == day


@pytest.mark.parametrize("n", [-1, 0, 21])
def test_a_business_day_that_the_month_lacks_is_refused(n: int) -> None:
    with pytest.raises(NoSuchBusinessDay, match="2026-02 has business days 1 to 20"):
        Month(2026, 2).business_day(n)


def test_a_day_is_written_compactly() -> None:
    assert day_compact(date(2026, 1, 5)) == "20260105"
