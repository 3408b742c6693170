"""Months that nobody wrote to exist all the same, without a gap."""

from datetime import UTC, date, datetime

import pytest

from billing_portal.common.periods import Month
from tests import factories
from usage.models import AccountMonth
from usage.services import calendar

pytestmark = pytest.mark.django_db
NOVEMBER = Month(2026, 11)


def months() -> list[str]:
    return [str(row.month) for row in AccountMonth.objects.order_by("month")]


def test_a_device_that_merely_exists_has_every_month_since_it_came() -> None:
    since = datetime(2026, 9, 15, tzinfo=UTC)
    factories.device(account=factories.account(), since=since)
    assert calendar.extend(through=NOVEMBER) == 3
    assert months() == ["2026-09", "2026-10", "2026-11"]


def test_extending_twice_adds_nothing() -> None:
    factories.device(account=factories.account())
    calendar.extend(through=NOVEMBER)
    assert calendar.extend(through=NOVEMBER) == 0


def test_a_month_that_was_written_ahead_leaves_no_gap() -> None:
    account = factories.account()
    for number in (9, 12):
        factories.account_month(account=account, month=Month(2026, number))
    calendar.extend(through=NOVEMBER)
    assert months() == ["2026-09", "2026-10", "2026-11", "2026-12"]


def test_nothing_is_billed_before_the_account_was_placed() -> None:
    account = factories.account(since=date(2026, 10, 1))
    factories.device(account=account, since=datetime(2020, 1, 1, tzinfo=UTC))
    calendar.extend(through=NOVEMBER)
    assert months() == ["2026-10", "2026-11"]


def test_the_months_of_a_tenants_devices_are_its_payers() -> None:
    payer = factories.account()
    tenant = factories.account(parent=payer)
    factories.device(account=tenant, since=datetime(2026, 11, 5, tzinfo=UTC))
    calendar.extend(through=NOVEMBER)
    assert AccountMonth.objects.get().account == payer


def test_an_account_that_ended_gets_its_last_month_and_no_more() -> None:
    account = factories.account(ended_at=datetime(2026, 10, 20, tzinfo=UTC))
    factories.account_month(account=account, month=Month(2026, 9))
    calendar.extend(through=NOVEMBER)
    assert months() == ["2026-09", "2026-10"]


def test_an_account_that_moves_takes_its_devices_to_the_new_payer_from_that_month_on() -> None:
    payer, account = factories.account(), factories.account()
    factories.device(account=account, since=datetime(2026, 8, 5, tzinfo=UTC))
    factories.placement(account=account, since=date(2026, 10, 1), parent=payer)
    calendar.extend(through=NOVEMBER)
    rows = AccountMonth.objects.filter(account=payer).order_by("month")
    assert [str(row.month) for row in rows] == ["2026-10", "2026-11"]
    first = AccountMonth.objects.filter(account=account).order_by("month").first()
    assert first is not None
    assert str(first.month) == "2026-08"
