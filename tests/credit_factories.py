"""Coupons and contracts for tests, beside `tests.factories`."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import count
from typing import Any

from accounts.models import Account
from invoices.choices import Category, CouponEntryKind
from invoices.models import BillItem, Contract, Coupon, CouponEntry, Order, Voucher
from tests import factories
from tests.factories import MONTH
from usage.choices import Coverage

_numbers = count(1)


def coupon_item(*, code: str = "chargeCoupon", pays: Iterable[str] = ()) -> BillItem:
    """A coupon of the catalogue: for some items, or for everything."""
    inputs = {"items": list(pays)} if pays else {}
    return _item(code, rule="coupon", category=Category.DISCOUNT, unit="amount", inputs=inputs)


def contract_item(*, code: str = "longTermBasicCharge") -> BillItem:
    """What the catalogue charges for the units of contracts."""
    return _item(code, rule="contract_units", unit="subscribers", inputs={})


def _item(code: str, **values: Any) -> BillItem:
    found = BillItem.objects.filter(code=code).first()
    return found or factories.bill_item(code=code, **values)


def coupon(*, account: Account, amount: str = "1000", **fields: Any) -> Coupon:
    """A coupon that was bought at the beginning of `MONTH`, with the first entry of its ledger."""
    values: dict[str, Any] = {
        "coverage": Coverage.JAPAN,
        "code": f"C{next(_numbers):06}",
        "item": fields.pop("item", None) or coupon_item(),
        "purchased_at": MONTH.start,
        "first_month": MONTH,
        "last_month": MONTH.plus(13),
        **fields,
    }
    row = Coupon.objects.create(account=account, amount=Decimal(amount), **values)
    CouponEntry.objects.create(
        coupon=row,
        number=1,
        kind=CouponEntryKind.PURCHASE,
        month=row.first_month,
        amount=row.amount,
        left=row.amount,
        at=row.purchased_at,
    )
    return row


def contract(*, account: Account, units: int = 5, **fields: Any) -> Contract:
    """A contract that began with `MONTH`."""
    first = fields.pop("first_month", MONTH)
    values: dict[str, Any] = {
        "coverage": Coverage.JAPAN,
        "item": fields.pop("item", None) or contract_item(),
        "last_month": first.plus(11),
        "recorded_at": first.start,
        **fields,
    }
    return Contract.objects.create(account=account, units=units, first_month=first, **values)


def order(*, account: Account, amount: str = "1000", **fields: Any) -> Order:
    """A coupon that was ordered and waits for its payment."""
    values: dict[str, Any] = {
        "key": f"O{next(_numbers):06}",
        "coverage": Coverage.JAPAN,
        "currency": "JPY",
        "item": fields.pop("item", None) or coupon_item(),
        "quantity": 1,
        "unit_price": Decimal(amount),
        "tax_rate": Decimal("0.1"),
        "tax_minor": int(amount) // 10,
        "total_minor": int(amount) + int(amount) // 10,
        "first_month": MONTH,
        "state": "processing",
        "quoted_at": factories.NOW,
        "ordered_at": factories.NOW,
        **fields,
    }
    return Order.objects.create(account=account, **values)


def voucher(**fields: Any) -> Voucher:
    values: dict[str, Any] = {
        "code": f"V{next(_numbers):06}",
        "coverage": Coverage.JAPAN,
        "item": fields.pop("item", None) or coupon_item(),
        "amount": Decimal(500),
        "last_day": MONTH.next.last_day,
        **fields,
    }
    return Voucher.objects.create(**values)
