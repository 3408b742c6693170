"""What is not paid is taken back, lawfully and once; what may have been paid is waited for."""

from datetime import timedelta

import pytest

from accounts.models import Account, Mail
from billing_portal.common import clock
from invoices.choices import OrderState
from invoices.models import Coupon, CustomerCredit, Invoice, PointGrant
from invoices.selectors.points import available
from invoices.services import orders
from invoices.services.credits import WrongOrderState
from invoices.services.documents import verify_documents
from invoices.services.payments import charging
from invoices.tasks import payments
from tests.factories import NOW
from tests.invoices.credits import test_points
from tests.invoices.orders import shop
from tests.invoices.payments import purse

KINDS = ("statement", "return")


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def kinds() -> tuple[str, ...]:
    return tuple(Invoice.objects.order_by("pk").values_list("kind", flat=True))


def test_a_declined_card_cancels_the_order_and_says_so(buyer: Account) -> None:
    purse.add(buyer, "declined")
    order = shop.buy(buyer)
    assert shop.pay(order) == "cancelled"
    assert (kinds(), Coupon.objects.count(), purse.charged()) == (KINDS, 0, [])
    assert (shop.receivable(order).state, shop.receivable(order).open_minor) == ("cancelled", 0)
    assert "order-cancelled" in Mail.objects.values_list("kind", flat=True)
    assert Account.objects.get(pk=buyer.pk).features_enabled
    assert verify_documents(invoices=Invoice.objects.all()) == []


def test_the_second_card_is_tried_at_once(buyer: Account) -> None:
    purse.add(buyer, "declined")
    purse.add(buyer, "second")
    order = shop.buy(buyer)
    assert (shop.pay(order), shop.pay(order)) == ("processing", "ordered")
    assert list(Mail.objects.values_list("kind", flat=True)) == ["payment-paid"]


def test_points_come_back_with_a_cancelled_order(buyer: Account) -> None:
    purse.add(buyer, "declined")
    test_points.give(buyer, 300)
    shop.pay(shop.buy(buyer))
    assert PointGrant.objects.count() == 1
    assert available(account_ids=[buyer.pk], on=NOW.date()) == {buyer.pk: 300}


@pytest.mark.parametrize("behaviour", ["times-out-after-charging", "times-out-before-charging"])
def test_a_silent_gateway_leaves_it_under_way_and_charges_once(
    buyer: Account, behaviour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    purse.add(buyer, behaviour)
    order = shop.buy(buyer)
    assert shop.pay(order) == "processing"
    with pytest.raises(WrongOrderState, match="being paid"):
        orders.cancel(order=order, actor="a@example.com", now=NOW)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=1))
    assert shop.pay(order) == "ordered"
    assert (purse.charged(), Coupon.objects.count()) == ([1100], 1)


def test_before_its_charge_an_order_can_be_taken_back(buyer: Account) -> None:
    purse.add(buyer)
    order = shop.buy(buyer)
    for _ in "ab":
        assert orders.cancel(order=order, actor="a@example.com", now=NOW).state == "cancelled"
    assert (shop.pay(order), purse.charged(), kinds()) == ("cancelled", [], KINDS)
    assert not orders.ready().exists()


def test_the_sweep_finds_what_a_dead_process_left(buyer: Account) -> None:
    purse.add(buyer)
    order = shop.buy(buyer)
    charging.charge(receivable_id=shop.receivable(order).pk, now=NOW)
    assert [each.pk for each in orders.ready()] == [order.pk]
    for _ in "ab":
        payments.deliver(order_id=order.pk)
    assert (shop.again(order).state, Coupon.objects.count()) == ("ordered", 1)


def test_what_cannot_be_delivered_becomes_credit(buyer: Account) -> None:
    purse.add(buyer)
    order = shop.buy(buyer)
    Account.objects.filter(pk=buyer.pk).update(ended_at=NOW - timedelta(days=60))
    assert shop.pay(order) == OrderState.CANCELLED
    assert (CustomerCredit.objects.get().left_minor, kinds()) == (1100, KINDS)
