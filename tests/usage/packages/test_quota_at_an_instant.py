"""What is left and what campaigns hold, now and in the past, entered in the ledger or not."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Account
from billing_portal.common.periods import Month
from tests.usage.packages import shelf
from tests.usage.packages.shelf import DAY, END, START
from usage.selectors import packages as selectors

pytestmark = pytest.mark.django_db
MOMENT = timedelta(microseconds=1)


def standing(account: Account, at: datetime) -> tuple[int, int, bool]:
    found = selectors.quota(account=account, at=at)
    return found.remaining, found.reserved, found.package is not None


def test_what_campaigns_hold_does_not_remain(agg: Account) -> None:
    shelf.create(agg, 1000)
    shelf.start(agg, 300)
    shelf.finish(shelf.start(agg, 200), updated=50)
    assert standing(agg, START + 3 * DAY) == (650, 300, True)


@pytest.mark.parametrize("settled", [False, True], ids=["not entered yet", "entered"])
def test_an_expired_package_leaves_nothing(agg: Account, *, settled: bool) -> None:
    shelf.create(agg, 1000)
    shelf.start(agg, 300)
    if settled:
        shelf.settle(agg, END)
    assert standing(agg, END - MOMENT) == (700, 300, True)
    assert standing(agg, END) == (0, 0, False)


@pytest.mark.parametrize("settled", [False, True], ids=["not entered yet", "entered"])
def test_a_renewed_package_leaves_the_new_quota(agg: Account, *, settled: bool) -> None:
    shelf.create(agg, 1000)
    shelf.start(agg, 300)
    shelf.renew(agg, 500)
    if settled:
        shelf.settle(agg, END)
    assert standing(agg, END) == (500, 300, True)


def test_the_past_stays_as_it_was(agg: Account) -> None:
    shelf.create(agg, 1000)
    shelf.finish(shelf.start(agg, 300), updated=300)
    assert standing(agg, START + DAY) == (700, 300, True)
    assert standing(agg, START) == (1000, 0, True)
    assert standing(agg, START - MOMENT) == (0, 0, False)


def test_a_package_created_in_advance_counts_from_its_start(agg: Account) -> None:
    shelf.create(agg, 1000, starts_at=START + 10 * DAY)
    assert standing(agg, START + 10 * DAY - MOMENT) == (0, 0, False)
    assert standing(agg, START + 10 * DAY) == (1000, 0, True)


def test_its_end_is_warned_of_three_months_before(agg: Account) -> None:
    shelf.create(agg)
    warned = datetime(2026, 12, 10, 9, tzinfo=UTC)
    assert not selectors.quota(account=agg, at=warned - MOMENT).warns
    assert selectors.quota(account=agg, at=warned).warns


def test_an_account_without_a_package_has_nothing(stray: Account) -> None:
    assert standing(stray, START) == (0, 0, False)


def test_a_package_touches_the_months_that_it_is_valid_in(agg: Account, stray: Account) -> None:
    """Q55: one that ends at 00:00 of the 1st does not reach into that month."""
    shelf.create(agg, starts_at=datetime(2026, 4, 1, tzinfo=UTC))
    both = [agg.pk, stray.pk]
    months = [Month(2026, 3), Month(2026, 4), Month(2027, 3), Month(2027, 4)]
    found = [selectors.holders(month=month, account_ids=both) for month in months]
    assert found == [frozenset(), {agg.pk}, {agg.pk}, frozenset()]


def test_events_of_a_month_are_in_order_of_time(agg: Account) -> None:
    shelf.create(agg, 1000)
    shelf.finish(shelf.start(agg, 300), at=datetime(2026, 4, 1, tzinfo=UTC))
    march = selectors.entries_in(account=agg, month=Month(2026, 3))
    april = selectors.entries_in(account=agg, month=Month(2026, 4))
    assert [entry.reason for entry in march] == ["package_creation", "reservation"]
    assert [entry.reason for entry in april] == ["reservation_release"]
