"""One order confirmed, delivered and cancelled by several at the same instant: one document, one
coupon, one charge.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from accounts.models import Account
from invoices.models import Coupon, Invoice
from invoices.services import orders
from invoices.services.credits import WrongOrderState
from invoices.services.payments import charging
from tests.factories import NOW
from tests.invoices.orders import shop
from tests.invoices.payments import purse

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """How the order stands for each of them, or that it was refused."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> str:
        start.wait()
        try:
            return str(act().state)
        except WrongOrderState:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_four_confirmations_are_one_order(buyer: Account) -> None:
    purse.add(buyer)
    order = shop.quote(buyer)
    assert at_once(*[lambda: shop.confirm(order)] * 4) == ["processing"] * 4
    assert Invoice.objects.count() == 1


def test_four_deliveries_make_one_coupon(buyer: Account) -> None:
    purse.add(buyer)
    order = shop.buy(buyer)
    charging.charge(receivable_id=shop.receivable(order).pk, now=NOW)
    assert at_once(*[lambda: orders.deliver(order_id=order.pk, now=NOW)] * 4) == ["ordered"] * 4
    assert Coupon.objects.count() == 1


def test_cancelled_while_the_charge_begins_it_is_one_of_both(buyer: Account) -> None:
    purse.add(buyer)
    order = shop.buy(buyer)
    row = shop.receivable(order)

    def charge() -> Any:
        charging.charge(receivable_id=row.pk, now=NOW)
        return orders.deliver(order_id=order.pk, now=NOW)

    def cancel() -> Any:
        return orders.cancel(order=order, actor="a@example.com", now=NOW)

    said = at_once(charge, cancel)
    paid = len(purse.charged())
    assert said == (["ordered", "refused"] if paid else ["cancelled", "cancelled"])
    assert (Coupon.objects.count(), Invoice.objects.count()) == (paid, 2 - paid)
