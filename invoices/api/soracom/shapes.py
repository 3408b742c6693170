"""Credit and orders as the dialect writes them."""

from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from billing_portal.common.money import CONTEXT, Currency, Rounding, from_minor, to_minor
from billing_portal.common.periods import Month
from invoices.api.soracom.base import day, instant
from invoices.choices import OrderState
from invoices.models import Contract, Order, Receivable
from invoices.rating.vocabulary import CURRENCY
from invoices.selectors.orders import HeldCoupon, Product
from invoices.selectors.payment_status import PaymentStatus
from invoices.services.credits.contracts import TERM
from invoices.services.credits.coupons import LIFE

TYPES = {"longTermBasicCharge": "SORACOM_AIR_BASIC_CHARGE_V2"}
"""Contracts of the catalogue that the dialect has a name for."""
CODES = {name: code for code, name in TYPES.items()}
MONTHLY = "MONTHLY"
STATUS = {
    OrderState.PROCESSING: "orderProcessing",
    OrderState.ORDERED: "ordered",
    OrderState.CANCELLED: "cancelled",
}
PAYMENT = {
    OrderState.PROCESSING: PaymentStatus.PAYING,
    OrderState.ORDERED: PaymentStatus.PAID,
    OrderState.CANCELLED: PaymentStatus.CANCELLED,
}


def coupon(one: HeldCoupon) -> dict[str, Any]:
    """A coupon; what is left is rounded down (rules.md Q25)."""
    row, currency = one.coupon, CURRENCY[one.coupon.coverage]
    said = {
        "couponCode": row.code,
        "billItemName": row.item.name,
        "amount": row.amount,
        "balance": from_minor(to_minor(one.left, currency, Rounding.DOWN), currency),
        "currency": currency,
        "expiryYearMonth": row.last_month.compact,
    }
    return said | ({"orderId": one.order} if one.order else {})


def ordered_coupon(order: Order) -> dict[str, Any]:
    """A coupon that is ordered and not paid yet."""
    return {
        "orderId": order.key,
        "amount": order.unit_price,
        "currency": order.currency,
        "expiryYearMonth": order.first_month.plus(LIFE).compact,
    }


def contract(row: Contract, price: Decimal | None, running: Month) -> dict[str, Any]:
    said = {
        "contractId": str(row.pk),
        "contractDateTime": instant(row.recorded_at),
        "contractTermMonth": row.months,
        "currency": CURRENCY[row.coverage],
        "startDate": day(row.first_month.first_day),
        "endDate": day(row.last_month.last_day),
        "initialCost": 0,
        "quantity": row.units,
        "status": "expired" if row.last_month < running else "active",
        "volumeDiscountPaymentType": MONTHLY,
    }
    if row.item.code in TYPES:
        said["volumeDiscountType"] = TYPES[row.item.code]
    return said if price is None else said | {"unitPrice": price}


def offer(product: Product, *, coverage: str, rate: Decimal) -> dict[str, Any]:
    """A long-term discount that can be had."""
    return {
        "contractTermMonth": TERM,
        "currency": CURRENCY[coverage],
        "unitPrice": product.price,
        "taxIncludedUnitPrice": taxed(product.price, rate),
        "volumeDiscountPaymentType": MONTHLY,
        "volumeDiscountType": TYPES[product.item.code],
    }


def discount(order: Order) -> dict[str, Any]:
    """A long-term discount that was quoted."""
    last = order.first_month.plus(TERM - 1)
    product = Product(order.item, order.unit_price)
    return offer(product, coverage=order.coverage, rate=order.tax_rate) | {
        "startDate": day(order.first_month.first_day),
        "endDate": day(last.last_day),
        "initialCost": 0,
        "taxIncludedInitialCost": 0,
        "quantity": order.quantity,
    }


def totals(order: Order) -> dict[str, Any]:
    """What is to be paid now."""
    currency = Currency(order.currency)
    return {
        "currency": order.currency,
        "taxAmount": from_minor(order.tax_minor, currency),
        "totalAmount": from_minor(order.total_minor, currency),
    }


def quotation(order: Order) -> dict[str, Any]:
    """A quotation or an order, whatever became of it."""
    said = totals(order)
    return said | {
        "orderId": order.key,
        "balanceDue": said["totalAmount"],
        "containsTaxIncludedAmounts": False,
        "orderItemList": [_item(order)],
    }


def order(row: Order) -> dict[str, Any]:
    """An order; a quotation has no status in the dialect."""
    said = quotation(row) | {"orderDateTime": instant(row.ordered_at or row.quoted_at)}
    if row.state == OrderState.QUOTED:
        return said
    said["orderStatus"] = STATUS[OrderState(row.state)]
    if row.total_minor:
        said["paymentStatus"] = PAYMENT[OrderState(row.state)].value
        said["balanceDue"] = _open(row)
        if row.state == OrderState.ORDERED and said["balanceDue"]:  # it is paid by invoice
            said["paymentStatus"] = PaymentStatus.PAYING.value
    return said


def _open(row: Order) -> Decimal | int:
    receivable: Receivable | None = getattr(row.document, "receivable", None)
    if receivable is None or row.state == OrderState.CANCELLED:
        return 0
    return from_minor(receivable.open_minor, Currency(row.currency))


def taxed(amount: Decimal, rate: Decimal) -> Decimal:
    """An exact amount with tax, not rounded: a price, and no sum of a document."""
    return CONTEXT.multiply(amount, CONTEXT.add(Decimal(1), rate))


def _item(row: Order) -> dict[str, Any]:
    """The one item of an order; a coupon is `quantity` times 1 of its currency there."""
    japanese = (get_language() or "").startswith("ja")
    item, is_coupon = row.item, not _is_contract(row)
    amount = row.unit_price if is_coupon else CONTEXT.multiply(row.unit_price, row.quantity)
    return {
        "product": {
            "productCode": item.code,
            "productName": item.title_ja if japanese else item.title_en,
            "productType": "misc",
            "currency": row.currency,
            "price": 1 if is_coupon else row.unit_price,
        },
        "quantity": int(row.unit_price) if is_coupon else row.quantity,
        "productAmount": amount,
        "taxIncludedProductAmount": taxed(amount, row.tax_rate),
    }


def _is_contract(row: Order) -> bool:
    return row.item.rule == "contract_units"
