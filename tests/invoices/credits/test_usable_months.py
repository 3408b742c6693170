"""From the purchase month to purchase month + 13, both included (rules.md Q24)."""

from datetime import UTC, date, datetime

import pytest

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.models import Coupon
from invoices.selectors.credits import opening_balances
from tests import factories
from tests.invoices.credits import purse
from usage.choices import Coverage

CASES = [
    ("2018-03-28T12:00:00+00:00", "2018-03", "2019-04"),
    ("2018-03-31T23:59:59+00:00", "2018-03", "2019-04"),
    ("2018-04-01T00:00:00+00:00", "2018-04", "2019-05"),
    ("2018-04-01T08:59:59+09:00", "2018-03", "2019-04"),  # still March in UTC
    ("2018-11-01T00:00:00+00:00", "2018-11", "2019-12"),
    ("2018-12-31T00:00:00+00:00", "2018-12", "2020-01"),
    ("2020-02-29T00:00:00+00:00", "2020-02", "2021-03"),
]


@pytest.fixture
def old(db: None) -> Account:
    return factories.account(key="OLD", since=date(2017, 1, 1))


def usable(account: Account, month: Month) -> bool:
    found = opening_balances(month=month, coverage=Coverage.JAPAN, account_ids=[account.pk])
    return bool(found)


@pytest.mark.parametrize(("bought", "first", "last"), CASES)
def test_a_bought_coupon_is_usable(bought: str, first: str, last: str, old: Account) -> None:
    coupon = purse.buy(old, at=datetime.fromisoformat(bought))
    assert (coupon.first_month, coupon.last_month) == (Month.parse(first), Month.parse(last))
    assert not usable(old, coupon.first_month.previous)
    assert usable(old, coupon.first_month)
    assert usable(old, coupon.last_month)
    assert not usable(old, coupon.last_month.next)


def test_bought_on_the_first_it_does_not_pay_for_the_month_before(old: Account) -> None:
    purse.buy(old, at=datetime(2018, 4, 1, 0, 0, 1, tzinfo=UTC))
    assert not usable(old, Month(2018, 3))


@pytest.mark.parametrize("months", [1, 2, 60])
def test_a_granted_coupon_has_the_months_that_it_was_given(months: int, agg: Account) -> None:
    coupon = purse.grant(agg, "0.5", months=months)
    assert coupon.last_month == factories.MONTH.plus(months - 1)
    assert Coupon.objects.usable_in(coupon.last_month).get() == coupon
