"""Several processes at one coupon in the same instant: it is never spent twice."""

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection, transaction

from invoices.models import Coupon
from invoices.services.credits import CreditRefused, coupons, uses
from tests import credit_factories, factories
from tests.common.test_races_between_processes import finish, shared, start
from tests.factories import MONTH
from tests.invoices.credits import purse

__all__ = ["shared"]

PROCESSES = 4
EACH = 400
PREPARE = f"""
from django.core.management import call_command
call_command("migrate", verbosity=0, skip_checks=True)
from tests import credit_factories, factories
account = factories.account()
credit_factories.coupon(account=account)
for number in range({PROCESSES}):
    factories.bill(account=account, month=factories.MONTH.plus(number))
"""
SPEND = f"""
import sys
from decimal import Decimal
from django.db import connection, transaction
from invoices.models import Bill, Coupon
from invoices.services.credits import NotEnough, uses
from tests.factories import NOW
bill, coupon = Bill.objects.order_by("month")[int({{number}})], Coupon.objects.get()
print("ready", flush=True)
sys.stdin.readline()
try:
    with transaction.atomic():
        uses.record_uses(uses={{{{bill: [(coupon.pk, Decimal({EACH}))]}}}}, actor="race", now=NOW)
    print("spent")
except NotEnough:
    print("refused")
"""
LOOK = """
from invoices.models import Coupon
from invoices.selectors.credits import balances
key = Coupon.objects.get().pk
print(balances(coupon_ids=[key])[key])
"""


def test_processes_that_spend_at_once(shared: str) -> None:
    finish(start(shared, PREPARE))
    spenders = [start(shared, SPEND.format(number=number)) for number in range(PROCESSES)]
    for spender in spenders:
        assert spender.stdout is not None
        assert spender.stdout.readline() == "ready\n"
    for spender in spenders:
        assert spender.stdin is not None
        spender.stdin.write("go\n")
        spender.stdin.flush()
    said = sorted(finish(spender).strip() for spender in spenders)
    assert said == ["refused", "refused", "spent", "spent"]
    assert finish(start(shared, LOOK)).strip() == "200"


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
