"""Orders: quoted, shown, confirmed, cancelled; of coupons and long-term discounts."""

from decimal import Decimal
from typing import Any, ClassVar

from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from billing_portal.common.api.reference import described
from invoices.api.soracom import answers, shapes
from invoices.api.soracom.base import CREDIT, MoneyView, refusing
from invoices.models import Order
from invoices.selectors import orders as found
from invoices.services import orders
from invoices.services.orders import OrderWish
from invoices.tasks.payments import carry_on


class ItemRequest(serializers.Serializer[dict[str, Any]]):
    productCode = serializers.CharField(max_length=64)
    quantity = serializers.IntegerField(min_value=1, max_value=10**12)


class OrderRequest(serializers.Serializer[dict[str, Any]]):
    """One item: nothing that we sell is sent, so that there is nothing to put together."""

    orderItemList = serializers.ListField(child=ItemRequest(), min_length=1, max_length=1)


class OrderView(MoneyView):
    """An address that quotes or changes orders."""

    topic = CREDIT
    changing: ClassVar[frozenset[str]] = frozenset({"POST", "PUT"})

    def quote(self, **wish: Any) -> Order:
        caller = self.caller
        wanted = OrderWish(account=caller.account, coverage=self.coverage, **wish)
        with refusing():
            return orders.quote(wish=wanted, now=caller.now)

    def order_of(self, key: str) -> Order:
        """An order of the caller's; raises Order.DoesNotExist."""
        caller = self.caller
        rows = found.orders(access=caller.access, account=caller.account, coverage=self.coverage)
        return rows.get(key=key.replace("\0", ""))

    def confirm(self, key: str, *, rule: str = "") -> Order:
        """Confirm an order; with a rule, one of such items only."""
        order = self.order_of(key)
        if rule and order.item.rule != rule:
            raise Order.DoesNotExist
        with refusing():
            confirmed = orders.confirm(
                order=order, actor=self.caller.access.actor, now=self.caller.now
            )
        return carry_on(confirmed, now=self.caller.now)


class Orders(OrderView):
    """`GET /orders`: what was ordered, latest first; `POST`: a quotation."""

    @described("Orders, the latest first", answers.Orders)
    def get(self, request: Request) -> Response:
        caller = self.caller
        rows = found.confirmed(
            access=caller.access, account=caller.account, coverage=self.coverage, since=self.since
        )
        return Response({"orderList": [shapes.order(row) for row in rows]})

    @described("Quote an item", answers.Quotation, status=201, takes=OrderRequest)
    def post(self, request: Request) -> Response:
        given = OrderRequest(data=request.data)
        given.is_valid(raise_exception=True)
        (item,) = given.validated_data["orderItemList"]
        number = item["quantity"]
        order = self.quote(product=item["productCode"], amount=Decimal(number), units=number)
        return Response(shapes.quotation(order), status=status.HTTP_201_CREATED)


class One(OrderView):
    """`GET /orders/{order_id}`."""

    @described("An order or a quotation", answers.Order, wrong=[404])
    def get(self, request: Request, order_id: str) -> Response:
        return Response(shapes.order(self.order_of(order_id)))


class Confirm(OrderView):
    """`PUT /orders/{order_id}/confirm`."""

    @described("Order what was quoted", answers.Order, wrong=[400, 404])
    def put(self, request: Request, order_id: str) -> Response:
        return Response(shapes.order(self.confirm(order_id)))


class Cancel(OrderView):
    """`PUT /orders/{order_id}/cancel`."""

    @described("Cancel an order", status=204, wrong=[400, 404])
    def put(self, request: Request, order_id: str) -> Response:
        order = self.order_of(order_id)
        with refusing():
            orders.cancel(order=order, actor=self.caller.access.actor, now=self.caller.now)
        return Response(status=status.HTTP_204_NO_CONTENT)
