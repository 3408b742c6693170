"""The close takes from coupons what its bills use, and enters as lost what no bill can use."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, AuditEntry
from invoices.models import Bill, Coupon, CouponEntry
from invoices.services.credits import NotEnough, WrongUse, uses
from tests import credit_factories, factories
from tests.factories import MONTH
from tests.invoices.credits import purse
from usage.choices import Coverage


def bill_of(account: Account, **fields: Any) -> Bill:
    return factories.bill(account=account, **fields)


def record(bill: Bill, *taken: tuple[Coupon, str]) -> list[CouponEntry]:
    amounts = [(coupon.pk, Decimal(amount)) for coupon, amount in taken]
    with transaction.atomic():
        return uses.record_uses(uses={bill: amounts}, **purse.WHO)


def test_each_use_is_one_entry_with_its_bill(agg: Account) -> None:
    one, other = (credit_factories.coupon(account=agg) for _number in range(2))
    bill = bill_of(agg)
    entries = record(bill, (one, "1000"), (other, "0.5"))
    assert [(entry.amount, entry.left) for entry in entries] == [
        (-1000, 0),
        (Decimal("-0.5"), Decimal("999.5")),
    ]
    assert {entry.bill for entry in entries} == {bill}
    assert AuditEntry.objects.filter(action="coupon.use", account_key="AGG").count() == 2


def test_several_months_of_one_coupon_in_one_transaction(agg: Account) -> None:
    coupon = credit_factories.coupon(account=agg)
    bills = [bill_of(agg, month=MONTH.plus(number)) for number in (1, 0)]
    uses.record_uses(uses={bill: [(coupon.pk, Decimal(400))] for bill in bills}, **purse.WHO)
    assert [entry.month for entry in coupon.entries.all()] == [MONTH, MONTH, MONTH.next]
    assert purse.left(coupon) == 200


def test_more_than_is_left_is_refused_whole(agg: Account) -> None:
    one, other = (credit_factories.coupon(account=agg) for _number in range(2))
    with pytest.raises(NotEnough, match="1000 left"):
        record(bill_of(agg), (one, "5"), (other, "1000.000000000000000000000001"))
    assert purse.left(one) == purse.left(other) == 1000


@pytest.mark.parametrize(
    "fields",
    [{"coverage": Coverage.GLOBAL}, {"first_month": MONTH.next}, {"last_month": MONTH}],
    ids=["of another coverage", "not yet usable", "no longer usable"],
)
def test_a_coupon_that_is_not_for_the_bill(fields: dict[str, Any], agg: Account) -> None:
    coupon = credit_factories.coupon(account=agg, **fields)
    month = MONTH.next if "last_month" in fields else MONTH
    with pytest.raises(WrongUse, match=coupon.code):
        record(bill_of(agg, month=month), (coupon, "1"))


def test_a_coupon_of_somebody_else(agg: Account, stray: Account) -> None:
    with pytest.raises(WrongUse, match="another account"):
        record(bill_of(agg), (credit_factories.coupon(account=stray), "1"))


def test_a_coupon_that_does_not_exist(agg: Account) -> None:
    with pytest.raises(WrongUse, match="no coupon 987654321"):
        uses.record_uses(uses={bill_of(agg): [(987654321, Decimal(1))]}, **purse.WHO)


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_an_amount_that_takes_nothing(amount: str, agg: Account) -> None:
    with pytest.raises(WrongUse, match="nothing or less"):
        record(bill_of(agg), (credit_factories.coupon(account=agg), amount))


def test_a_bill_takes_from_a_coupon_once(agg: Account) -> None:
    coupon, bill = credit_factories.coupon(account=agg), bill_of(agg)
    with pytest.raises(WrongUse, match="twice"):
        record(bill, (coupon, "1"), (coupon, "1"))
    record(bill, (coupon, "1"))
    with pytest.raises(WrongUse, match="already took"):
        record(bill, (coupon, "1"))


def test_what_is_left_after_the_last_month_is_lost(agg: Account) -> None:
    ending = credit_factories.coupon(account=agg, last_month=MONTH)
    running = credit_factories.coupon(account=agg, last_month=MONTH.next)
    bill = bill_of(agg)
    uses.keep_uses(uses={bill: [(ending.pk, Decimal("100.4"))]})
    entries = uses.settle(bills=[bill], **purse.WHO)
    assert [(entry.kind, entry.amount) for entry in entries] == [
        ("use", Decimal("-100.4")),
        ("lapse", Decimal("-899.6")),
    ]
    assert purse.left(ending) == 0
    assert purse.left(running) == 1000
    assert AuditEntry.objects.get(action="coupon.lapse").detail["amount"] == "-899.6"


def test_a_use_of_nothing_is_not_kept(agg: Account) -> None:
    coupon, bill = credit_factories.coupon(account=agg), bill_of(agg)
    uses.keep_uses(uses={bill: [(coupon.pk, Decimal("0.000"))]})
    assert uses.kept_uses(bills=[bill]) == {bill: []}
    assert uses.settle(bills=[bill], **purse.WHO) == []


def test_it_lapses_once_and_only_if_something_is_left(agg: Account) -> None:
    emptied = credit_factories.coupon(account=agg, last_month=MONTH)
    record(bill_of(agg), (emptied, "1000"))
    credit_factories.coupon(account=agg, last_month=MONTH)
    bill = Bill.objects.get()
    assert len(uses.lapse(bills=[bill], **purse.WHO)) == 1
    assert uses.lapse(bills=[bill], **purse.WHO) == []


@pytest.mark.parametrize("fields", [{"coverage": Coverage.GLOBAL}, {}])
def test_nothing_of_others_lapses(fields: dict[str, Any], agg: Account, stray: Account) -> None:
    owner = agg if fields else stray
    coupon = credit_factories.coupon(account=owner, last_month=MONTH, **fields)
    assert uses.settle(bills=[bill_of(agg)], **purse.WHO) == []
    assert purse.left(coupon) == 1000


def queries(count: int) -> int:
    bills = []
    for _number in range(count):
        account = factories.account()
        bills.append(bill_of(account))
        coupons = [
            credit_factories.coupon(account=account, last_month=MONTH) for _coupon in range(2)
        ]
        uses.keep_uses(uses={bills[-1]: [(coupon.pk, Decimal(1)) for coupon in coupons]})
    with CaptureQueriesContext(connection) as captured:
        assert len(uses.settle(bills=bills, **purse.WHO)) == 4 * count
    return len(captured)


@pytest.mark.django_db
def test_two_bills_take_as_many_queries_as_twenty() -> None:
    assert queries(2) == queries(20)
