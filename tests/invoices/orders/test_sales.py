"""A coupon is sold on a document of its own, paid, and only then delivered; once each."""

import json
from decimal import Decimal
from typing import Any

import pytest

from accounts.access import access_of
from accounts.models import Account, AuditEntry, Mail, User
from billing_portal.common import clock
from billing_portal.common.periods import Month
from invoices.models import Contract, Coupon, CouponEntry, Invoice, Order
from invoices.pdf.documents import page as printed
from invoices.selectors.documents import latest
from invoices.services import documents, orders
from invoices.services.documents import verify_documents
from invoices.services.payments import ledger
from tests import document_factories, factories
from tests.factories import NOW
from tests.invoices.credits import test_points
from tests.invoices.orders import shop
from tests.invoices.payments import purse

NOVEMBER = Month(2026, 11)


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def test_a_card_payer_has_a_statement_and_the_coupon_when_it_is_paid(buyer: Account) -> None:
    purse.add(buyer)
    order = shop.buy(buyer, "10009")
    document = Invoice.objects.get()
    assert (order.state, order.document, Coupon.objects.count()) == ("processing", document, 0)
    assert (document.kind, document.label, document.month) == ("statement", "STM-000001", NOVEMBER)
    assert (document.total_minor, document.due_date) == (order.total_minor, document.issue_date)
    assert (shop.pay(order), shop.pay(order)) == ("ordered", "ordered")
    assert purse.charged() == [order.total_minor] == [11010]
    coupon = Coupon.objects.get()
    assert (coupon.first_month, coupon.last_month) == (NOVEMBER, Month(2027, 12))
    assert coupon.amount == 10009
    assert verify_documents(invoices=Invoice.objects.all()) == []


def test_the_statement_says_what_was_sold_on_which_day(buyer: Account) -> None:
    purse.add(buyer)
    snapshot = json.loads(shop.document(shop.buy(buyer)).snapshot)
    [section] = snapshot["sections"]
    [line] = section["lines"]
    assert (section["period_first"], section["period_last"]) == ("2026-11-02", "2026-11-02")
    assert (line["amount"], line["rate"], line["printed_minor"]) == ("1000", "0.1", 1000)
    assert snapshot["rates"][0]["tax_minor"] == 100
    assert snapshot["totals"]["gross_minor"] == 1100


def test_the_printed_page_is_of_a_purchase_and_so_is_its_return(buyer: Account) -> None:
    purse.add(buyer)
    order = shop.buy(buyer)
    orders.cancel(order=order, actor="a@example.com", now=NOW)
    sold, returned = (
        printed(json.loads(document.snapshot)) for document in Invoice.objects.order_by("pk")
    )
    assert sold["tables"][0]["period"] == "取引日 2026年11月2日（UTC）"
    assert [line["title"] for line in returned["tables"][0]["lines"]] == ["ご購入代金の返還"]
    assert {name for page in (sold, returned) for name, _day in page["days"]} == {"発行日"}


def test_an_invoice_payer_has_the_coupon_at_once_and_pays_as_usual(buyer: Account) -> None:
    document_factories.by_invoice(account=buyer)
    order = shop.buy(buyer)
    assert (order.state, order.coupon) == ("ordered", Coupon.objects.get())
    row = shop.receivable(order)
    assert (row.method, row.open_minor, row.state) == ("invoice", 1100, "open")
    assert Invoice.objects.get().due_date == NOVEMBER.next.last_day
    assert row.reminders.exists()


def test_a_coupon_in_dollars_states_its_tax_in_yen(buyer: Account) -> None:
    purse.add(buyer, coverage="global")
    order = shop.buy(buyer, "10.50", coverage="global")
    document = shop.document(order)
    snapshot = json.loads(document.snapshot)
    assert (document.currency, document.total_minor) == ("USD", 1155)
    assert snapshot["jpy_tax"]["tax_minor"] == 158
    assert shop.pay(order) == "ordered"
    assert verify_documents(invoices=Invoice.objects.all()) == []


def test_abroad_there_is_no_tax(buyer: Account) -> None:
    factories.profile(account=buyer, country="US")
    purse.add(buyer)
    assert shop.document(shop.buy(buyer)).total_minor == 1000


def test_points_pay_first_and_the_card_the_rest(buyer: Account) -> None:
    purse.add(buyer)
    test_points.give(buyer, 300)
    order = shop.buy(buyer)
    assert shop.pay(order) == "ordered"
    assert purse.charged() == [800]


@pytest.mark.parametrize("by", ["points", "credit"])
def test_what_is_paid_already_is_delivered_at_once(buyer: Account, by: str) -> None:
    purse.add(buyer)
    if by == "points":
        test_points.give(buyer, 5000)
    else:
        held = ledger.credit_of(account_id=buyer.pk, currency="JPY")
        type(held).objects.filter(pk=held.pk).update(left_minor=5000)
    order = shop.buy(buyer)
    assert (order.state, Coupon.objects.count(), purse.charged()) == ("ordered", 1, [])


def test_confirmed_twice_it_is_one_order(buyer: Account) -> None:
    purse.add(buyer)
    order = shop.quote(buyer)
    assert shop.confirm(order).document == shop.confirm(order).document
    shop.pay(order)
    assert shop.confirm(order).state == "ordered"
    assert (Invoice.objects.count(), CouponEntry.objects.count()) == (1, 1)
    assert purse.charged() == [1100]
    actions = AuditEntry.objects.filter(action__startswith="order.").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["order.confirm", "order.deliver"]


def test_a_contract_begins_at_once_and_nothing_is_paid(buyer: Account) -> None:
    order = shop.confirm(shop.discount(buyer))
    assert (order.state, order.contract) == ("ordered", Contract.objects.get())
    assert not Invoice.objects.exists()


def test_what_was_sold_is_no_document_of_the_last_month(buyer: Account) -> None:
    purse.add(buyer)
    shop.buy(buyer)
    access = access_of(User.objects.get(), month=NOVEMBER)
    assert latest(access=access, account=buyer) == []


def test_people_are_told_of_the_payment(buyer: Account) -> None:
    purse.add(buyer)
    shop.pay(shop.buy(buyer))
    assert list(Mail.objects.values_list("kind", flat=True)) == ["payment-paid"]


@pytest.mark.parametrize("change", [{"key": "another"}, {"unit_price": Decimal(2)}])
def test_an_order_that_was_changed_is_found(buyer: Account, change: dict[str, Any]) -> None:
    purse.add(buyer)
    shop.buy(buyer)
    Order.objects.update(**change)
    [finding] = verify_documents(invoices=Invoice.objects.all())
    assert finding.what == "The order is not the one that the snapshot names."


def test_a_modified_invoice_is_of_the_same_order(buyer: Account) -> None:
    document_factories.by_invoice(account=buyer)
    order = shop.buy(buyer)
    documents.modify(
        invoice_id=shop.document(order).pk, reason="name", actor="a@example.com", now=NOW
    )
    assert verify_documents(invoices=Invoice.objects.all()) == []
