"""From the recent pace: when the quota runs out, and whether before the package ends."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Account
from tests.usage.packages import shelf
from usage.metering.forecast import Forecast, Pace, forecast
from usage.selectors import packages
from usage.selectors.forecast import outlook

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
DAY = timedelta(days=1)
# Tokens taken by so many campaigns in so many days, tokens left, days to go; the outlook.
CASES = {
    "ten a day, 300 left": ((600, 3, 60, 300, 100), ("runs_out", NOW + 30 * DAY)),
    "just not before the end": ((600, 3, 60, 300, 30), ("lasts", 0)),
    "with some to spare": ((600, 3, 60, 1000, 30), ("lasts", 700)),
    "parts of a token are taken whole": ((1, 2, 60, 10, 30), ("lasts", 9)),
    "nothing taken": ((0, 0, 60, 50, 30), ("idle", 50)),
    "campaigns that used nothing": ((0, 2, 60, 50, 30), ("idle", 50)),
    "27 days only": ((600, 3, 27, 300, 100), ("too_little", 0)),
    "28 days": ((280, 3, 28, 100, 100), ("runs_out", NOW + 10 * DAY)),
    "one campaign only": ((600, 1, 60, 300, 100), ("too_little", 0)),
    "nothing left": ((600, 1, 3, 0, 100), ("empty", 0)),
    "more than any calendar has": ((1, 2, 60, 2**62, 364), ("lasts", 2**62 - 7)),
}


def said(found: Forecast) -> tuple[str, object]:
    return found.outlook.value, found.runs_out_at or found.unused


@pytest.mark.parametrize(("given", "expected"), CASES.values(), ids=CASES)
def test_the_outlook(given: tuple[int, int, int, int, int], expected: tuple[str, object]) -> None:
    tokens, campaigns, days, remaining, to_go = given
    pace = Pace(since=NOW - days * DAY, now=NOW, tokens=tokens, campaigns=campaigns)
    assert said(forecast(pace=pace, remaining=remaining, ends_at=NOW + to_go * DAY)) == expected


def of(account: Account) -> Forecast | None:
    found, quota = packages.standing(account=account, at=NOW)
    return outlook(account=account, found=found, quota=quota)


@pytest.mark.django_db
def test_the_pace_is_what_campaigns_of_the_last_90_days_took(agg: Account) -> None:
    shelf.create(agg, 10_000, at=NOW - 200 * DAY)
    shelf.start(agg, 5000, at=NOW - 91 * DAY)
    shelf.finish(shelf.start(agg, 300, at=NOW - 80 * DAY), 100, at=NOW - 70 * DAY)
    shelf.start(agg, 80, at=NOW - DAY)
    found = of(agg)
    assert found is not None
    assert (found.pace.tokens, found.pace.campaigns, found.pace.days) == (180, 2, 90)


@pytest.mark.django_db
def test_it_does_not_look_back_beyond_the_first_package(agg: Account) -> None:
    shelf.create(agg, at=NOW - 40 * DAY)
    found = of(agg)
    assert found is not None
    assert found.pace.days == 40


@pytest.mark.django_db
def test_without_a_package_there_is_none(agg: Account) -> None:
    assert of(agg) is None
