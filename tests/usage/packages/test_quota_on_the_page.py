"""How does the quota stand, and how long will it last? Said above the events, as of now."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import Account
from tests import factories
from tests.portal.months import NOW
from tests.usage.packages import shelf

pytestmark = pytest.mark.django_db
PATH = "/service-package-history/"
DAY = timedelta(days=1)


def text(client: Client, language: str = "en") -> str:
    page = client.get(PATH, headers={"accept-language": language}).content.decode()
    return " ".join(page.split())


def test_remaining_quota_what_is_reserved_and_expiry(clerk: Client, agg: Account) -> None:
    """B19, B20."""
    shelf.create(agg, 1000, at=NOW - 100 * DAY)
    shelf.start(agg, 60, at=NOW - 50 * DAY)
    shown = text(clerk)
    assert '<p class="value">940' in shown
    assert "60 more are reserved by campaigns that run" in shown
    assert "13 August 2027, 09:00 UTC" in shown


@pytest.mark.parametrize(("days", "warned"), [(-92, True), (-93, False)])
def test_the_expiry_is_warned_of_from_three_months_before(
    clerk: Client, agg: Account, days: int, *, warned: bool
) -> None:
    """B20: 21 November is three months before 21 February, and not before the 22nd."""
    shelf.create(agg, at=datetime(2026, 2, 21 + (not warned), 9, tzinfo=UTC))
    assert ("The service package expires on" in text(clerk)) is warned, days


def test_a_package_that_waits_is_named_in_place_of_the_warning(clerk: Client, agg: Account) -> None:
    shelf.create(agg, at=datetime(2026, 1, 1, tzinfo=UTC))
    shelf.renew(agg, 500, at=NOW - DAY)
    shown = text(clerk)
    assert "The next package waits: it begins on 1 January 2027, 00:00 UTC with 500 tokens" in shown
    assert "expires on" not in shown


def test_without_a_package_it_says_what_that_means(clerk: Client, agg: Account) -> None:
    assert "There is no service package yet" in text(clerk)
    factories.placement(account=agg, since=date(2025, 1, 1))
    shelf.create(agg, at=NOW - 366 * DAY)
    assert "The service package expired on 20 November 2026" in text(clerk)
    shelf.create(agg, 70, at=NOW, starts_at=NOW + DAY)
    assert "The next one begins on 22 November 2026, 09:00 UTC with 70 tokens" in text(clerk)


def test_the_forecast_stands_below(clerk: Client, agg: Account) -> None:
    shelf.create(agg, 1000, at=NOW - 60 * DAY)
    assert "No campaign took tokens in the last 60 days" in text(clerk)
    for _ in range(2):
        shelf.start(agg, 400, at=NOW - 30 * DAY)
    assert "the quota runs out around 6 December 2026, before the package ends" in text(clerk)
