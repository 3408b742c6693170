"""Coupons in one's hand: bought, spent and looked at in a line."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.models import Bill, Coupon
from invoices.selectors.credits import balances
from invoices.services.credits import CouponWish, coupons, uses
from tests import credit_factories, factories
from tests.factories import MONTH, NOW
from usage.choices import Coverage, MonthState

BOUGHT = datetime(2018, 3, 28, 12, tzinfo=UTC)
ACTOR = "operator@example.com"
WHO: dict[str, Any] = {"actor": ACTOR, "now": NOW}


def wish(account: Account, amount: str = "1000", **fields: Any) -> CouponWish:
    values: dict[str, Any] = {
        "coverage": Coverage.JAPAN,
        "item": fields.pop("item", None) or credit_factories.coupon_item(),
        **fields,
    }
    return CouponWish(account=account, amount=Decimal(amount), **values)


def buy(account: Account, amount: str = "1000", *, at: datetime = NOW, **fields: Any) -> Coupon:
    """Bought at an instant that is now."""
    return coupons.buy(wish=wish(account, amount, **fields), purchased_at=at, actor=ACTOR, now=at)


def grant(
    account: Account, amount: str = "1000", *, first: Month = MONTH, months: int = 14, **fields: Any
) -> Coupon:
    last = first.plus(months - 1)
    granted = wish(account, amount, **fields)
    return coupons.grant(wish=granted, first_month=first, last_month=last, **WHO)


def spend(coupon: Coupon, amount: str, *, month: Month = MONTH) -> Bill:
    """A bill that uses the coupon, as the close enters it."""
    bill = factories.bill(account=coupon.account, month=month, coverage=coupon.coverage)
    uses.record_uses(uses={bill: [(coupon.pk, Decimal(amount))]}, **WHO)
    return bill


def left(coupon: Coupon) -> Decimal:
    return balances(coupon_ids=[coupon.pk])[coupon.pk]


def close(account: Account, month: Month = MONTH) -> None:
    factories.account_month(account=account, month=month, state=MonthState.CLOSED)
