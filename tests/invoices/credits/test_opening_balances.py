"""What a month can take: the ledger, less the estimates of earlier months that are open (Q29)."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.models import Bill, Coupon
from invoices.selectors.credits import balances, opening_balances
from invoices.services.credits import coupons, uses
from tests import credit_factories, factories
from tests.factories import MONTH
from tests.invoices.credits import purse
from usage.choices import Coverage


def opening(account: Account, month: Month) -> list[Decimal]:
    found = opening_balances(month=month, coverage=Coverage.JAPAN, account_ids=[account.pk])
    return [one.balance for one in found]


def estimate(coupon: Coupon, amount: str, *, month: Month = MONTH, **fields: Any) -> Bill:
    bill = factories.bill(account=coupon.account, month=month, **fields)
    uses.keep_uses(uses={bill: [(coupon.pk, Decimal(amount))]})
    return bill


def test_of_1000_a_bill_of_100_4_leaves_899_6(agg: Account) -> None:
    coupon = credit_factories.coupon(account=agg)
    purse.spend(coupon, "100.4")
    assert purse.left(coupon) == Decimal("899.6")
    assert opening(agg, MONTH.next) == [Decimal("899.6")]
    assert opening(agg, MONTH) == [Decimal(1000)]


@pytest.mark.parametrize("state", ["temporary", "proposed"])
def test_an_estimate_moves_the_next_opening_and_no_balance(state: str, agg: Account) -> None:
    coupon = credit_factories.coupon(account=agg)
    estimate(coupon, "300", state=state)
    assert purse.left(coupon) == 1000
    assert opening(agg, MONTH) == [1000]
    assert opening(agg, MONTH.next) == [700]


def test_estimates_of_several_open_months_add_up(agg: Account) -> None:
    coupon = credit_factories.coupon(account=agg)
    for number in range(3):
        estimate(coupon, "250.5", month=MONTH.plus(number))
    assert opening(agg, MONTH.plus(3)) == [Decimal("248.5")]


def test_a_new_rating_replaces_the_estimate(agg: Account) -> None:
    coupon = credit_factories.coupon(account=agg)
    bill = estimate(coupon, "300")
    uses.keep_uses(uses={bill: [(coupon.pk, Decimal("20"))]})
    assert opening(agg, MONTH.next) == [980]
    uses.keep_uses(uses={bill: []})
    assert opening(agg, MONTH.next) == [1000]


def test_the_close_moves_the_balance_and_not_the_next_opening(agg: Account) -> None:
    coupon = credit_factories.coupon(account=agg)
    bill = estimate(coupon, "300", state="proposed")
    before = opening(agg, MONTH.next)
    uses.settle(bills=[bill], **purse.WHO)
    Bill.objects.filter(pk=bill.pk).update(state="closed")
    assert purse.left(coupon) == 700
    assert opening(agg, MONTH.next) == before == [700]


def test_what_an_estimate_uses_up_is_not_offered(agg: Account) -> None:
    estimate(credit_factories.coupon(account=agg), "1000")
    assert opening(agg, MONTH.next) == []


def test_the_opening_of_a_closed_month_stays_what_it_was(agg: Account) -> None:
    coupon = credit_factories.coupon(account=agg, last_month=MONTH.plus(2))
    purse.spend(coupon, "100")
    purse.close(agg)
    coupons.correct(coupon=coupon, amount=Decimal(-400), reason="typo", **purse.WHO)
    found = [
        balances(coupon_ids=[coupon.pk], opening=month)[coupon.pk]
        for month in (MONTH.previous, MONTH, MONTH.next)
    ]
    assert found == [0, 1000, 500]


@pytest.mark.parametrize("fields", [{"coverage": Coverage.GLOBAL}, {"first_month": MONTH.next}])
def test_coupons_of_elsewhere_or_later_are_left_out(fields: dict[str, Any], agg: Account) -> None:
    credit_factories.coupon(account=agg, **fields)
    assert opening(agg, MONTH) == []


def queries(count: int) -> int:
    accounts = [factories.account() for _number in range(count)]
    for account in accounts:
        estimate(credit_factories.coupon(account=account), "1")
        credit_factories.coupon(account=account)
    ids = [account.pk for account in accounts]
    with CaptureQueriesContext(connection) as captured:
        found = opening_balances(month=MONTH.next, coverage=Coverage.JAPAN, account_ids=ids)
    assert len(found) == 2 * count
    return len(captured)


@pytest.mark.django_db
def test_one_account_takes_as_many_queries_as_ten() -> None:
    assert queries(1) == queries(10) == 3
