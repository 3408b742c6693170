"""Coupons and long-term discounts ordered by the API: quoted, confirmed, paid, cancelled."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from accounts.choices import Scope
from accounts.models import Account, AuditEntry
from billing_portal.common import clock
from billing_portal.common.periods import Month
from invoices.models import Card, Contract, Coupon, CouponEntry, Order
from tests import credit_factories, document_factories, payment_factories
from tests.api import contracts
from tests.api.soracom.conftest import Enter, Program
from tests.invoices.orders import shop
from tests.portal.months import NOW

pytestmark = [pytest.mark.django_db, contracts.needed]
COUPON, COUPON_CONFIRM = "/coupons", "/coupons/{order_id}/confirm"
DISCOUNT, DISCOUNT_CONFIRM = "/volume_discounts", "/volume_discounts/{order_id}/confirm"
ORDER = "/orders/{order_id}"
TERMS = {
    "volumeDiscountType": "SORACOM_AIR_BASIC_CHARGE_V2",
    "volumeDiscountPaymentType": "MONTHLY",
    "contractTermMonth": 12,
    "quantity": 5,
}


@pytest.fixture(autouse=True)
def _shop(
    agg: Account, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.alone(settings, tmp_path, monkeypatch)
    shop.build()
    payment_factories.card(account=agg)


def test_a_coupon_is_quoted_with_its_tax(program: Program) -> None:
    said = program.ask("post", COUPON, {"amount": 10000}).json()
    assert (said["amount"], said["taxAmount"], said["totalAmount"]) == (10000, 1000, 11000)
    assert (said["currency"], said["expiryYearMonth"]) == ("JPY", "202712")
    assert program.get("/orders") == {"orderList": []}
    assert "orderStatus" not in program.get(ORDER, order_id=said["orderId"])


@pytest.mark.parametrize("amount", [999, 1000.5, -1, 0, "x", None, 1e40, "1e999", [], True, {}])
def test_amounts_that_are_not_sold(program: Program, amount: Any) -> None:
    response = program.ask("post", COUPON, {"amount": amount})
    assert (response.status_code, "amount" in response.json()["message"]) == (400, True)
    assert not Order.objects.exists()


def test_a_confirmed_coupon_waits_for_its_payment(program: Program, agg: Account) -> None:
    key = program.ask("post", COUPON, {"amount": 1000}).json()["orderId"]
    said = [program.ask("put", COUPON_CONFIRM, order_id=key).json() for _ in range(2)]
    assert said[0] == said[1]
    assert (said[0]["orderId"], said[0]["balance"], "couponCode" in said[0]) == (key, 0, False)
    assert (program.get(COUPON), Coupon.objects.count()) == ({"couponList": []}, 0)
    (order,) = program.get("/orders")["orderList"]
    assert (order["orderStatus"], order["paymentStatus"]) == ("orderProcessing", "paying")
    assert order["balanceDue"] == order["totalAmount"] == 1100
    entry = AuditEntry.objects.get(action="order.confirm")
    assert entry.actor.startswith("Script (keyId-")


def test_a_paid_coupon_has_its_code_and_says_its_order(program: Program, agg: Account) -> None:
    key = program.ask("post", COUPON, {"amount": 1000}).json()["orderId"]
    program.ask("put", COUPON_CONFIRM, order_id=key)
    assert shop.pay(Order.objects.get()) == "ordered"
    (coupon,) = program.get(COUPON)["couponList"]
    assert (coupon["orderId"], coupon["balance"], coupon["amount"]) == (key, 1000, 1000)
    assert program.ask("put", COUPON_CONFIRM, order_id=key).json() == coupon
    said = program.get(ORDER, order_id=key)
    assert (said["orderStatus"], said["paymentStatus"]) == ("ordered", "paid")
    assert (said["balanceDue"], CouponEntry.objects.count()) == (0, 1)


def test_paid_by_invoice_the_coupon_is_there_at_once(program: Program, agg: Account) -> None:
    document_factories.by_invoice(account=agg)
    key = program.ask("post", COUPON, {"amount": 1000}).json()["orderId"]
    assert program.ask("put", COUPON_CONFIRM, order_id=key).json()["balance"] == 1000
    said = program.get(ORDER, order_id=key)
    assert (said["orderStatus"], said["paymentStatus"]) == ("ordered", "paying")
    assert said["balanceDue"] == 1100


def test_without_a_card_nothing_is_ordered(program: Program) -> None:
    Card.objects.update(removed_at=NOW)
    key = program.ask("post", COUPON, {"amount": 1000}).json()["orderId"]
    response = program.ask("put", COUPON_CONFIRM, order_id=key)
    assert (response.status_code, "add a card" in response.json()["message"]) == (400, True)


def test_what_is_left_of_a_coupon_is_rounded_down(program: Program, agg: Account) -> None:
    coupon = credit_factories.coupon(account=agg)
    CouponEntry.objects.create(
        coupon=coupon, number=2, kind="correction", month=Month(2026, 11), amount="-100.4",
        left="899.6", at=NOW,
    )  # fmt: skip
    credit_factories.coupon(account=agg, coverage="global")
    (said,) = program.get(COUPON)["couponList"]
    assert (said["couponCode"], said["balance"]) == (coupon.code, 899)
    assert said["billItemName"] == "chargeCoupon"


def test_a_discount_is_offered_quoted_and_begins_when_confirmed(
    program: Program, agg: Account
) -> None:
    (offer,) = program.get("/volume_discounts/available_discounts")["availableLongTermDiscounts"]
    assert (offer["unitPrice"], offer["taxIncludedUnitPrice"]) == (275, 302.5)
    said = program.ask("post", DISCOUNT, {**TERMS, "startDate": "20261210"}).json()
    terms = said["volumeDiscount"]
    assert (terms["startDate"], terms["endDate"]) == ("20261201", "20271130")
    assert (said["totalAmount"], terms["quantity"], Contract.objects.count()) == (0, 5, 0)
    made = [program.ask("put", DISCOUNT_CONFIRM, order_id=said["orderId"]).json() for _ in "ab"]
    contract = Contract.objects.get()
    assert made[0] == made[1]
    assert (made[0]["contractId"], made[0]["status"]) == (str(contract.pk), "active")
    assert (contract.units, contract.first_month) == (5, Month(2026, 12))
    assert program.get(DISCOUNT)["volumeDiscountList"] == [made[0]]
    assert program.get("/volume_discounts/{contract_id}", contract_id=str(contract.pk)) == made[0]
    assert AuditEntry.objects.get(action="contract.begin").actor.startswith("Script (keyId-")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"quantity": 0}, "quantity"), ({"quantity": 10**9}, "quantity"),
        ({"quantity": 1.5}, "quantity"), ({"contractTermMonth": 6}, "contractTermMonth"),
        ({"volumeDiscountPaymentType": "PREPAYMENT"}, "volumeDiscountPaymentType"),
        ({"volumeDiscountType": "SORACOM_AIR_BASIC_CHARGE"}, "volumeDiscountType"),
        ({"startDate": "20261031"}, "startDate"), ({"startDate": "20261301"}, "startDate"),
        ({"startDate": "99991231"}, "startDate"), ({"startDate": "21001231"}, "startDate"),
    ],
)  # fmt: skip
def test_discounts_that_are_not_offered(
    program: Program, changed: dict[str, Any], named: str
) -> None:
    response = program.ask("post", DISCOUNT, TERMS | changed)
    assert (response.status_code, named in response.json()["message"]) == (400, True)


def test_orders_are_for_both_kinds_of_product(program: Program) -> None:
    for code, quantity, total in (("chargeCoupon", 2000, 2200), ("longTermBasicCharge", 3, 0)):
        items = {"orderItemList": [{"productCode": code, "quantity": quantity}]}
        said = program.ask("post", "/orders", items).json()
        assert (said["totalAmount"], said["orderItemList"][0]["quantity"]) == (total, quantity)
        done = program.ask("put", f"{ORDER}/confirm", order_id=said["orderId"]).json()
        assert done["orderStatus"] == ("orderProcessing" if total else "ordered")
    found = program.get("/orders")["orderList"]
    assert [one["totalAmount"] for one in found] == [0, 2200]
    assert "paymentStatus" not in found[0]


@pytest.mark.parametrize(
    "typed",
    [
        {}, [], {"orderItemList": []}, {"orderItemList": [{"productCode": "x", "quantity": 1}]},
        {"orderItemList": [{"productCode": "chargeCoupon", "quantity": 1000}] * 2},
        {"orderItemList": [{"productCode": "chargeCoupon", "quantity": 10**30}]},
        {"orderItemList": [{"productCode": "a\x00", "quantity": 1}]}, {"orderItemList": "x"},
    ],
)  # fmt: skip
def test_orders_that_cannot_be(program: Program, typed: Any) -> None:
    assert program.ask("post", "/orders", typed).status_code == 400


def test_an_unpaid_order_is_cancelled_and_then_not_confirmed(program: Program) -> None:
    key = program.ask("post", COUPON, {"amount": 1000}).json()["orderId"]
    program.ask("put", COUPON_CONFIRM, order_id=key)
    for _ in range(2):
        response = program.ask("put", f"{ORDER}/cancel", order_id=key)
        assert (response.status_code, response.content) == (204, b"")
    assert program.ask("put", f"{ORDER}/confirm", order_id=key).status_code == 400
    assert program.get(ORDER, order_id=key)["orderStatus"] == "cancelled"


def test_a_completed_order_is_not_cancelled(program: Program) -> None:
    key = program.ask("post", DISCOUNT, TERMS).json()["orderId"]
    program.ask("put", DISCOUNT_CONFIRM, order_id=key)
    assert program.ask("put", f"{ORDER}/cancel", order_id=key).status_code == 400
    assert Contract.objects.filter(withdrawn=False).count() == 1


def test_a_quotation_ends_after_a_month(
    enter: Enter, agg: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days, status in ((30, 200), (31, 400)):
        monkeypatch.setattr(clock, "now", lambda: NOW)
        key = enter(agg).ask("post", COUPON, {"amount": 1000}).json()["orderId"]
        later = NOW + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda now=later: now)
        response = enter(agg).ask("put", COUPON_CONFIRM, order_id=key)
        assert response.status_code == status


def test_orders_are_of_their_account_coverage_and_kind(
    enter: Enter, program: Program, stray: Account, agg: Account
) -> None:
    key = program.ask("post", COUPON, {"amount": 1000}).json()["orderId"]
    for other in (enter(stray), enter(agg, base="/g/v1")):
        for method, path in (
            ("get", ORDER),
            ("put", f"{ORDER}/confirm"),
            ("put", f"{ORDER}/cancel"),
        ):
            assert other.ask(method, path, order_id=key).status_code == 404
    assert program.ask("put", DISCOUNT_CONFIRM, order_id=key).status_code == 404
    assert program.ask("get", ORDER, order_id="a\x00").status_code == 404


@pytest.mark.parametrize("number", ["x", "0", "٣", "9" * 18, "9" * 40, "\x00"])
def test_a_discount_that_is_not_there(program: Program, number: str) -> None:
    path = "/volume_discounts/{contract_id}"
    assert program.ask("get", path, contract_id=number).status_code == 400


def test_who_may_only_read_changes_nothing(enter: Enter, agg: Account) -> None:
    reader = enter(agg, Scope.READ_BILLING)
    assert reader.get(COUPON) == {"couponList": []}
    for path, typed in ((COUPON, {"amount": 1000}), (DISCOUNT, TERMS)):
        assert reader.ask("post", path, typed).status_code == 403
    assert not Order.objects.exists()


def test_many_orders_and_contracts_cost_no_more_queries(
    program: Program, agg: Account, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        credit_factories.contract(account=agg)
        credit_factories.coupon(account=agg)
        key = program.ask("post", COUPON, {"amount": 1000}).json()["orderId"]
        program.ask("put", COUPON_CONFIRM, order_id=key)
    for path in ("/orders", COUPON, DISCOUNT):
        with django_assert_max_num_queries(6):
            program.get(path)
