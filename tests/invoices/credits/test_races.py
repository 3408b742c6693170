"""Several processes at one coupon in the same instant: it is never spent twice."""

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection, transaction

from invoices.models import Coupon
from invoices.selectors.credits import balances
from invoices.services.credits import CreditRefused, coupons, uses
from tests import credit_factories, factories
from tests.factories import MONTH
from tests.invoices.credits import purse
from tests.processes import Stage

PROCESSES = 4
EACH = 400
SPEND = f"""
from decimal import Decimal
from django.db import transaction
from invoices.models import Bill, Coupon
from invoices.services.credits import NotEnough, uses
from tests.factories import NOW
bill, coupon = Bill.objects.order_by("month")[number], Coupon.objects.get()
try:
    with transaction.atomic():
        uses.record_uses(uses={{bill: [(coupon.pk, Decimal({EACH}))]}}, actor="race", now=NOW)
    os.write(1, b"spent\\n")
except NotEnough:
    os.write(1, b"refused\\n")
"""


def test_processes_that_spend_at_once(shared: Stage) -> None:
    with shared.rows():
        account = factories.account()
        coupon = credit_factories.coupon(account=account)
        for number in range(PROCESSES):
            factories.bill(account=account, month=MONTH.plus(number))
    said = shared.race(SPEND, processes=PROCESSES).split()
    assert sorted(said) == ["refused", "refused", "spent", "spent"]
    with shared.rows():
        assert balances(coupon_ids=[coupon.pk]) == {coupon.pk: 200}


def spend(coupon: Coupon) -> None:
    bill = factories.bill(account=coupon.account, month=MONTH.next)
    uses.record_uses(uses={bill: [(coupon.pk, Decimal(600))]}, **purse.WHO)


def take_away(coupon: Coupon) -> None:
    coupons.correct(coupon=coupon, amount=Decimal(-600), reason="so", **purse.WHO)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", [spend, take_away])
def test_the_second_waits_and_is_refused(first: Callable[[Coupon], None]) -> None:
    coupon = credit_factories.coupon(account=factories.account())
    refused: list[Exception] = []

    def act() -> None:
        try:
            take_away(coupon)
        except CreditRefused as error:
            refused.append(error)
        finally:
            connection.close()

    second = threading.Thread(target=act)
    with transaction.atomic():
        first(coupon)
        second.start()
        second.join(timeout=0.5)
        assert second.is_alive(), "it did not wait"
    second.join(timeout=20)
    assert len(refused) == 1
    assert purse.left(coupon) == 400
