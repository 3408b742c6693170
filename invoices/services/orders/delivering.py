"""What is paid is delivered, what cannot be paid is taken back: after the payment, and repeatable.

A process that dies between the charge and the coupon leaves the order waiting; whoever looks next
goes on from there, so that one payment makes one coupon.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.services.audit import SYSTEM
from billing_portal.common.checkpoints import reached
from invoices.choices import OrderState, PaymentMethod, ReceivableState
from invoices.models import Order, Receivable
from invoices.services import documents
from invoices.services.credits import CouponWish, CreditRefused, coupons
from invoices.services.orders import news
from invoices.services.orders.steps import Why, lock, record, take_back

_SETTLED = (ReceivableState.PAID, ReceivableState.FAILED, ReceivableState.CANCELLED)


def ready() -> QuerySet[Order]:
    """Orders whose payment is decided, and which are not completed yet."""
    decided = Q(document__receivable__state__in=_SETTLED) | Q(
        document__receivable__method=PaymentMethod.INVOICE
    )
    return Order.objects.filter(decided, state=OrderState.PROCESSING)


def deliver(*, order_id: int, now: datetime) -> Order:
    """Make the coupon of an order that is paid, or take back one that cannot be paid.

    Nothing happens while it is being paid, nor the second time. Locks the order, then the months.
    """
    with transaction.atomic():
        held = lock(order_id)
        row = _receivable(held)
        if held.state != OrderState.PROCESSING or row is None:
            return held
        if row.state in (ReceivableState.FAILED, ReceivableState.CANCELLED):
            _give_up(held, Why.UNPAID, now)
        elif row.state == ReceivableState.PAID or row.method == PaymentMethod.INVOICE:
            _hand_over(held, now)
    reached("order.delivered")
    return held


def _receivable(order: Order) -> Receivable | None:
    if order.document is None:
        return None
    document = documents.standing_of(invoice=order.document).in_force
    return Receivable.objects.filter(invoice=document).first()


def _hand_over(order: Order, now: datetime) -> None:
    """The coupon begins in the month in which its purchase is complete (rules.md Q24)."""
    wish = CouponWish(
        account=order.account, coverage=order.coverage, item=order.item, amount=order.unit_price
    )
    actor = order.ordered_by
    try:
        with transaction.atomic():
            order.coupon = coupons.buy(wish=wish, purchased_at=now, actor=actor, now=now)
    except CreditRefused:  # it was sold, but since then the account or the catalogue has changed
        _give_up(order, Why.NOT_DELIVERED, now)
        return
    order.state = OrderState.ORDERED
    order.save()
    record("order.deliver", order, actor, now)


def _give_up(order: Order, why: Why, now: datetime) -> None:
    """What was paid after all becomes credit of the customer."""
    take_back(order=order, why=why, actor=SYSTEM, now=now)
    news.cancelled(order=order, now=now)
