"""The database itself refuses to change a ledger, or to let it say what cannot be."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Account
from invoices.choices import BillState
from invoices.models import BillCouponUse, Coupon, CouponEntry
from tests import credit_factories, factories
from tests.factories import MONTH, NOW
from tests.invoices.credits import purse

CHANGES = [
    "UPDATE invoices_couponentry SET amount = amount",
    "UPDATE invoices_couponentry SET reason = ''",
    "DELETE FROM invoices_couponentry",
]
IMPOSSIBLE: dict[str, dict[str, Any]] = {
    "below zero": {"kind": "correction", "amount": -1001, "left": -1},
    "the same number": {"kind": "correction", "amount": 1, "left": 1001, "number": 1},
    "a use without a bill": {"kind": "use", "amount": -1, "left": 999},
    "a use that adds": {"kind": "use", "amount": 1, "left": 1001, "bill": True},
    "a lapse that adds": {"kind": "lapse", "amount": 1, "left": 1001},
    "a correction of a bill": {"kind": "correction", "amount": 1, "left": 1001, "bill": True},
    "a second beginning": {"kind": "grant", "amount": 1, "left": 1001},
}


@pytest.fixture
def coupon(agg: Account) -> Coupon:
    return credit_factories.coupon(account=agg)


def enter(coupon: Coupon, **fields: Any) -> CouponEntry:
    if fields.pop("bill", False):
        fields["bill"] = factories.bill(account=coupon.account)
    values = {"number": 2, "month": MONTH, "at": NOW, **fields}
    with transaction.atomic():
        return CouponEntry.objects.create(coupon=coupon, **values)


@pytest.mark.parametrize("sql", CHANGES)
def test_an_entry_is_kept(sql: str, coupon: Coupon) -> None:
    connection.check_constraints()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert purse.left(coupon) == 1000


@pytest.mark.parametrize("entry", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_an_entry_that_cannot_be(entry: dict[str, Any], coupon: Coupon) -> None:
    with pytest.raises(IntegrityError):
        enter(coupon, **entry)


@pytest.mark.parametrize("kind", ["use", "lapse"])
def test_a_second_use_by_the_same_bill_and_a_second_lapse(kind: str, coupon: Coupon) -> None:
    bill = factories.bill(account=coupon.account) if kind == "use" else None
    same: dict[str, Any] = {"kind": kind, "amount": -1, "coupon": coupon, "bill": bill}
    rows = [CouponEntry(number=n, left=1001 - n, month=MONTH, at=NOW, **same) for n in (2, 3)]
    rows[0].save()
    with pytest.raises(IntegrityError), transaction.atomic():
        rows[1].save()


def test_a_correction_either_way_can_be(coupon: Coupon) -> None:
    enter(coupon, kind="correction", amount=-1, left=999)
    enter(coupon, kind="correction", amount=1, left=1000, number=3)
    assert purse.left(coupon) == 1000


def test_what_a_closed_bill_took_is_kept(coupon: Coupon) -> None:
    bill = factories.bill(account=coupon.account)
    use = BillCouponUse.objects.create(bill=bill, coupon=coupon, amount=5)
    bill.state = BillState.CLOSED
    bill.save()
    for change in (use.delete, lambda: BillCouponUse.objects.update(amount=6)):
        with pytest.raises(IntegrityError, match="what is closed"), transaction.atomic():
            change()
