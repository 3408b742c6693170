"""Orders in one's hand: quoted, confirmed and paid in a line."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import Account
from invoices.models import Invoice, Order, Receivable
from invoices.services import orders
from invoices.services.orders import OrderWish
from invoices.tasks import payments
from tests import credit_factories, document_factories, factories
from tests.factories import NOW

ACTOR = "buyer@example.com"


def alone(settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sandbox of the test, and workers that take their turn only when the test lets them."""
    settings.VAR_DIR, settings.GATEWAY = folder, "sandbox"
    monkeypatch.setattr("invoices.tasks.payments.send", lambda *_args, **_kwargs: False)


def build() -> None:
    """What there is to be had, and who sells it."""
    factories.issuer()
    factories.tax_rate()
    document_factories.exchange_rate()
    credit_factories.coupon_item()
    factories.price(item=credit_factories.contract_item(), unit_price="275")


def quote(
    account: Account, amount: str = "1000", *, coverage: str = "japan", at: datetime = NOW
) -> Order:
    wish = OrderWish(
        account=account, coverage=coverage, product="chargeCoupon", amount=Decimal(amount)
    )
    return orders.quote(wish=wish, now=at)


def discount(account: Account, **fields: Any) -> Order:
    values = {"product": "longTermBasicCharge", "units": 5, "coverage": "japan", **fields}
    return orders.quote(wish=OrderWish(account=account, **values), now=NOW)


def confirm(order: Order, *, at: datetime = NOW) -> Order:
    """Confirm it as page and API do."""
    confirmed = orders.confirm(order=order, actor=ACTOR, now=at)
    return payments.carry_on(confirmed, now=at)


def buy(account: Account, amount: str = "1000", **fields: Any) -> Order:
    return confirm(quote(account, amount, **fields))


def pay(order: Order) -> str:
    """Let the worker take its turn at the card; say how the order stands."""
    payments.charge(receivable_id=receivable(order).pk)
    return again(order).state


def document(order: Order) -> Invoice:
    return Invoice.objects.get(order=order)


def receivable(order: Order) -> Receivable:
    return Receivable.objects.get(invoice__order=order)


def again(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)
