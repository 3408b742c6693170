"""Customers order coupons and long-term discounts in the portal, and see what became of it."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from accounts.models import Account, Membership, User
from billing_portal.common import clock
from invoices.models import Contract, Coupon, Invoice, Order
from tests import credit_factories, factories
from tests.factories import NOW
from tests.invoices.orders import shop
from tests.invoices.payments import purse

PLACE = {"key": "BUYER", "coverage": "japan"}
DISCOUNT = {**PLACE, "code": "longTermBasicCharge"}


@pytest.fixture(autouse=True)
def person(client: Client, buyer: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    client.force_login(User.objects.get())


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def page(client: Client, name: str, **parts: str) -> str:
    return text(client.get(reverse(name, kwargs=parts)))


def post(client: Client, name: str, typed: dict[str, Any] | None = None, **parts: str) -> str:
    """Press a button; the page that follows."""
    return text(client.post(reverse(name, kwargs=parts), typed or {}, follow=True))


def quoted(client: Client, amount: str = "10009") -> Order:
    post(client, "payment-coupon-buy", {"amount": amount}, **PLACE)
    return Order.objects.get()


def test_a_coupon_is_quoted_confirmed_paid_and_there(client: Client, buyer: Account) -> None:
    purse.add(buyer)
    assert "No coupon is usable here." in page(client, "payment-coupons")
    order = quoted(client)
    shown = page(client, "payment-order", key=order.key)
    assert "Order and pay ¥11,010" in shown
    assert "¥1,001 (10%)" in shown
    assert "Specimen …4242" in shown
    waiting = client.post(reverse("payment-order-confirm", args=[order.key]), follow=True)
    assert "The order is being paid" in text(waiting)
    assert waiting.headers["Refresh"]
    shop.pay(order)
    code = Coupon.objects.get().code
    assert f"The coupon {code} is yours" in page(client, "payment-order", key=order.key)
    listed = page(client, "payment-coupons")
    for said in (code, "¥10,009", order.key, "¥11,010", "STM-000001", "Ordered"):
        assert said in listed


@pytest.mark.parametrize("amount", ["999", "1000.5", "", "x", "-1", "1e99"])
def test_an_amount_that_is_not_sold_is_refused_beside_the_field(
    client: Client, amount: str
) -> None:
    answer = post(client, "payment-coupon-buy", {"amount": amount}, **PLACE)
    assert 'class="field wrong"' in answer
    assert not Order.objects.exists()


def test_confirmed_twice_it_is_one_order(client: Client, buyer: Account) -> None:
    purse.add(buyer)
    order = quoted(client)
    for _ in "ab":
        post(client, "payment-order-confirm", key=order.key)
    assert Invoice.objects.count() == 1


def test_without_a_card_the_page_leads_to_the_cards(client: Client) -> None:
    order = quoted(client)
    shown = page(client, "payment-order", key=order.key)
    assert "no card that is valid is registered" in shown
    assert "Order and pay" not in shown
    assert "add a card first" in post(client, "payment-order-confirm", key=order.key)


def test_what_could_not_be_paid_says_why(client: Client, buyer: Account) -> None:
    purse.add(buyer, "declined")
    order = quoted(client)
    post(client, "payment-order-confirm", key=order.key)
    shop.pay(order)
    shown = page(client, "payment-order", key=order.key)
    assert "could not be paid: The card was declined." in shown


def test_a_quotation_can_be_dropped(client: Client) -> None:
    order = quoted(client)
    assert "The order was cancelled." in post(client, "payment-order-cancel", key=order.key)
    assert "This order was cancelled." in post(client, "payment-order-confirm", key=order.key)


def test_a_code_is_registered_once(client: Client) -> None:
    credit_factories.voucher(code="WELCOME", item=credit_factories.coupon_item())
    typed = {"coupon_code": " WELCOME "}
    done = post(client, "payment-coupon-register", typed, **PLACE)
    assert "Coupon WELCOME over ¥500 is registered" in done
    again = post(client, "payment-coupon-register", typed, **PLACE)
    assert "This code is not valid, or was registered already." in again


def test_a_discount_is_quoted_with_what_it_saves_and_begins(client: Client) -> None:
    daily = factories.bill_item(code="basicCharge-active", rule="days_in_status", inputs={})
    factories.price(item=daily, unit_price="10")
    takes = {"items": [daily.code], "contract": "longTermBasicCharge"}
    factories.bill_item(code="longTermDiscount", rule="long_term_discount", inputs=takes)
    # 365 days at 10 less 12 months at 275
    assert "3,650 JPY in 12 months, and 3,300 JPY with the discount: 350 JPY less" in page(
        client, "payment-discounts"
    )
    typed = {"quantity": "5", "startDate": "2026-12"}
    shown = post(client, "payment-discount", typed, **DISCOUNT)
    assert "1,750 JPY" in shown
    order = Order.objects.get()
    assert "The contract counts from December 2026" in post(
        client, "payment-order-confirm", key=order.key
    )
    contract = Contract.objects.get()
    assert (contract.units, order.unit_price) == (5, Decimal(275))
    assert "Begins later" in page(client, "payment-discounts")


@pytest.mark.parametrize(
    "typed",
    [{"quantity": "0"}, {"quantity": "99999999"}, {"startDate": "2026-10"}, {"startDate": "x"}],
)
def test_a_discount_that_is_not_offered_is_refused(client: Client, typed: dict[str, str]) -> None:
    whole = {"quantity": "5", "startDate": "2026-12", **typed}
    assert 'class="field wrong"' in post(client, "payment-discount", whole, **DISCOUNT)


def test_who_only_looks_orders_nothing(client: Client, buyer: Account) -> None:
    order = shop.quote(buyer)
    Membership.objects.update(role=Role.VIEWER)
    assert "Buy a coupon" not in page(client, "payment-coupons")
    assert "Order and pay" not in page(client, "payment-order", key=order.key)
    addresses = [reverse("payment-coupon-buy", kwargs=PLACE)]
    addresses.append(reverse("payment-order-confirm", args=[order.key]))
    assert {client.post(address).status_code for address in addresses} == {404}


def test_many_orders_cost_no_more_queries(
    client: Client, buyer: Account, django_assert_max_num_queries: Any
) -> None:
    for _ in range(25):
        credit_factories.order(account=buyer)
        credit_factories.coupon(account=buyer)
    with django_assert_max_num_queries(16):
        shown = page(client, "payment-coupons")
    assert "1 to 20 of 25" in shown
