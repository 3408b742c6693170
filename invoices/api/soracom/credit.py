"""Coupons and long-term discounts: what there is, and what of it can be had."""

from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from billing_portal.common.api.reference import described
from invoices.api.soracom import answers, shapes
from invoices.api.soracom.base import CREDIT, MoneyView, month_holding, refusing
from invoices.api.soracom.orders import OrderView
from invoices.models import Contract, Coupon
from invoices.selectors import orders as found
from invoices.selectors.orders import HeldCoupon
from invoices.services.credits import vouchers
from invoices.services.credits.contracts import TERM
from invoices.services.orders.quoting import rate


class CouponRequest(serializers.Serializer[dict[str, Any]]):
    amount = serializers.DecimalField(38, 24, coerce_to_string=False)


class DiscountRequest(serializers.Serializer[dict[str, Any]]):
    """A long-term discount; what the seller does not offer is refused by name."""

    volumeDiscountType = serializers.ChoiceField(choices=list(shapes.CODES))
    volumeDiscountPaymentType = serializers.ChoiceField(choices=[shapes.MONTHLY])
    contractTermMonth = serializers.ChoiceField(choices=[TERM])
    quantity = serializers.IntegerField()
    startDate = serializers.DateField(required=False, allow_null=True, input_formats=["%Y%m%d"])


class Coupons(OrderView):
    """`GET /coupons`: those that did not lapse; `POST`: a quotation for one."""

    @described("Coupons that did not lapse", answers.Coupons)
    def get(self, request: Request) -> Response:
        caller = self.caller
        held = found.coupons(access=caller.access, account=caller.account, coverage=self.coverage)
        return Response({"couponList": [shapes.coupon(one) for one in held]})

    @described("Quote a coupon", answers.QuotedCoupon, status=201, takes=CouponRequest)
    def post(self, request: Request) -> Response:
        given = CouponRequest(data=request.data)
        given.is_valid(raise_exception=True)
        order = self.quote(product=found.GENERAL, amount=given.validated_data["amount"])
        said = shapes.ordered_coupon(order) | shapes.totals(order)
        return Response(said, status=status.HTTP_201_CREATED)


class CouponConfirm(OrderView):
    """`PUT /coupons/{order_id}/confirm`: the coupon has its code once it is paid."""

    @described("Order a quoted coupon", answers.Coupon, wrong=[400, 404])
    def put(self, request: Request, order_id: str) -> Response:
        order = self.confirm(order_id, rule=found.COUPON)
        if order.coupon is None:
            return Response(shapes.ordered_coupon(order) | {"balance": 0})
        (held,) = found.held(Coupon.objects.filter(pk=order.coupon.pk))
        return Response(shapes.coupon(held))


class CouponRegister(MoneyView):
    """`POST /coupons/{coupon_code}/register`: a code that was given away."""

    topic = CREDIT
    changing: ClassVar[frozenset[str]] = frozenset({"POST"})

    @described("Register a code that was given away", answers.Coupon, wrong=[400])
    def post(self, request: Request, code: str) -> Response:
        caller = self.caller
        with refusing():
            registered = vouchers.register(
                code=code.replace("\0", ""),
                account=caller.account,
                coverage=self.coverage,
                actor=caller.access.actor,
                now=caller.now,
            )
        return Response(shapes.coupon(HeldCoupon(registered, registered.amount, "")))


class DiscountsView(OrderView):
    """An address about the long-term discounts of an account."""

    def rows(self) -> QuerySet[Contract]:
        caller = self.caller
        return found.contracts(
            access=caller.access, account=caller.account, coverage=self.coverage, since=self.since
        )

    def said(self, rows: QuerySet[Contract]) -> list[dict[str, Any]]:
        contracts = list(rows)
        prices = found.prices_of(contracts)
        month = self.caller.month
        return [shapes.contract(one, prices.get(one.pk), month) for one in contracts]


class Discounts(DiscountsView):
    """`GET /volume_discounts`; `POST`: a quotation for one."""

    @described("Long-term discounts", answers.Discounts)
    def get(self, request: Request) -> Response:
        return Response({"volumeDiscountList": self.said(self.rows())})

    @described(
        "Quote a long-term discount", answers.QuotedDiscount, status=201, takes=DiscountRequest
    )
    def post(self, request: Request) -> Response:
        given = DiscountRequest(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        begins = values.get("startDate")
        order = self.quote(
            product=shapes.CODES[values["volumeDiscountType"]],
            units=values["quantity"],
            first_month=month_holding(begins) if begins else None,
        )
        said = {
            "orderId": order.key,
            "volumeDiscount": shapes.discount(order),
            **shapes.totals(order),
        }
        return Response(said, status=status.HTTP_201_CREATED)


class Discount(DiscountsView):
    """`GET /volume_discounts/{contract_id}`; 400 where there is none, as the definition has it."""

    @described("A long-term discount", answers.Discount, wrong=[400])
    def get(self, request: Request, contract_id: str) -> Response:
        known = contract_id.isdecimal() and len(contract_id) < 19
        said = self.said(self.rows().filter(pk=int(contract_id))) if known else []
        if not said:
            text = _("There is no long-term discount %(id)s.") % {"id": contract_id}
            raise ValidationError({"contract_id": [text]})
        return Response(said[0])


class Available(MoneyView):
    """`GET /volume_discounts/available_discounts`."""

    topic = CREDIT

    @described("Long-term discounts that can be had", answers.Offers, wrong=[400])
    def get(self, request: Request) -> Response:
        account, day = self.caller.account, self.caller.now.date()
        products = found.products(coverage=self.coverage, day=day)
        sold = [one for one in products if one.item.code in shapes.TYPES]
        with refusing():
            taxed = rate(account=account, coverage=self.coverage, day=day) if sold else 0
        offers = [shapes.offer(one, coverage=self.coverage, rate=Decimal(taxed)) for one in sold]
        return Response({"availableLongTermDiscounts": offers})


class DiscountConfirm(DiscountsView):
    """`PUT /volume_discounts/{order_id}/confirm`."""

    @described("Begin a quoted long-term discount", answers.Discount, wrong=[400, 404])
    def put(self, request: Request, order_id: str) -> Response:
        order = self.confirm(order_id, rule=found.CONTRACT)
        return Response(self.said(self.rows().filter(order=order))[0])
