"""What is shown is what is ordered: a quotation that does not hold any more is refused."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.models import Contract, Coupon, ExchangeRate, Invoice, Order, Price, TaxRate
from invoices.services.credits import CreditRefused, NotForSale, WrongOrderState
from tests import factories
from tests.factories import NOW
from tests.invoices.orders import shop
from tests.invoices.payments import purse

JANUARY = Month(2027, 1)


def refused(order: Order, why: type[CreditRefused], *, days: int = 0) -> str:
    with pytest.raises(why) as caught:
        shop.confirm(order, at=NOW + timedelta(days=days))
    assert shop.again(order).state == "quoted"
    assert [kind.objects.count() for kind in (Invoice, Coupon, Contract)] == [0, 0, 0]
    return str(caught.value)


def test_without_a_card_there_is_nothing_to_charge(buyer: Account) -> None:
    assert "add a card" in refused(shop.quote(buyer), NotForSale)
    purse.add(buyer, "expired")
    assert "add a card" in refused(shop.quote(buyer), NotForSale)


def test_another_tax_is_quoted_anew(buyer: Account) -> None:
    purse.add(buyer)
    order = shop.quote(buyer)
    TaxRate.objects.update(rate=Decimal("0.12"))
    assert "new quotation" in refused(order, WrongOrderState)


def test_a_quotation_holds_for_thirty_days(buyer: Account) -> None:
    purse.add(buyer)
    assert "older than a month" in refused(shop.quote(buyer), WrongOrderState, days=31)


def test_dollars_need_an_exchange_rate(buyer: Account) -> None:
    purse.add(buyer, coverage="global")
    ExchangeRate.objects.all().delete()
    order = shop.quote(buyer, "10", coverage="global")
    assert "exchange rate" in refused(order, NotForSale)


def test_another_price_of_a_contract_is_quoted_anew(buyer: Account) -> None:
    order = shop.discount(buyer, first_month=JANUARY)
    price = Price.objects.get()
    factories.price(item=price.item, unit_price="280", since=JANUARY.first_day)
    assert "new quotation" in refused(order, WrongOrderState)


def test_a_contract_begins_in_no_month_that_is_over(buyer: Account) -> None:
    assert "new quotation" in refused(shop.discount(buyer), WrongOrderState, days=29)
