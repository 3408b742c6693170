"""What every step of an order does: lock it, write it into the audit trail, take it back."""

import json
from datetime import datetime
from enum import Enum

from accounts.services import audit
from billing_portal.common.money import plain
from invoices.choices import OrderState
from invoices.models import Invoice, Order
from invoices.services import documents
from invoices.services.documents import ReturnWish


class Why(Enum):
    """Why an order is taken back, as the return invoice prints it: in Japanese and in English."""

    CANCELLED = ("ご注文のキャンセル", "The order was cancelled.")
    UNPAID = ("カード決済の不成立", "The card could not be charged.")
    NOT_DELIVERED = ("商品をご提供できないため", "The order could not be carried out.")

    def on(self, document: Invoice) -> str:
        japanese, english = self.value
        return english if json.loads(document.snapshot)["language"] == "en" else japanese


def lock(order_id: int) -> Order:
    """Lock an order."""
    rows = Order.objects.select_for_update(of=("self",))
    return rows.select_related("item", "account", "document").get(pk=order_id)


def take_back(*, order: Order, why: Why, actor: str, now: datetime) -> None:
    """Cancel a locked order, and give back the whole document on which it was sold."""
    if order.document is not None:
        standing = documents.standing_of(invoice=order.document)
        if standing.gross_minor > 0:
            document = standing.in_force
            wish = ReturnWish(invoice_id=document.pk, amounts=None, reason=why.on(document))
            documents.give_back(wish=wish, actor=actor, now=now)
    order.state = OrderState.CANCELLED
    order.save()
    record("order.cancel", order, actor, now)


def record(action: str, order: Order, actor: str, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        now=now,
        account_key=order.account.key,
        subject=order.key,
        detail={
            "item": order.item.code,
            "quantity": order.quantity,
            "unit_price": plain(order.unit_price),
            "document": order.document.label if order.document else "",
        },
    )
