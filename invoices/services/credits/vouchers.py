"""Codes that are given away: staff issue them, the first customer who registers one has it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.services import audit
from billing_portal.common.money import plain
from billing_portal.common.periods import Month
from invoices.models import BillItem, Coupon, Voucher
from invoices.services.credits import coupons, ground
from invoices.services.credits.coupons import CouponWish
from invoices.services.credits.refusals import BadTerms


@dataclass(frozen=True, kw_only=True, slots=True)
class VoucherWish:
    """What a code is worth, in how many months, and through which day it can be registered."""

    coverage: str
    item: BillItem
    amount: Decimal
    months: int
    last_day: date
    code: str = ""


def issue(*, wish: VoucherWish, actor: str, now: datetime) -> Voucher:
    """Issue a code; an empty one is made up. Raises a CreditRefused."""
    ground.check_item(item=wish.item, rule=ground.COUPON, coverage=wish.coverage)
    if wish.last_day < now.date():
        raise BadTerms(_("That day is over."), "last_day")
    if not 1 <= wish.months <= ground.FURTHEST:
        text = _("Let it be usable in 1 to %(most)d months.")
        raise BadTerms(text % {"most": ground.FURTHEST}, "months")
    code = coupons.code_of(wish.code)
    with transaction.atomic():
        taken = Voucher.objects.filter(code=code).exists()
        if taken or Coupon.objects.filter(code=code).exists():
            raise BadTerms(_("Another voucher has this code."), "code")
        voucher = Voucher.objects.create(
            code=code, coverage=wish.coverage, item=wish.item, months=wish.months,
            amount=coupons.amount_of(wish.amount), last_day=wish.last_day,
        )  # fmt: skip
        said = {"coverage": wish.coverage, "item": wish.item.code, "amount": plain(wish.amount)}
        audit.record(actor=actor, action="voucher.issue", now=now, subject=code, detail=said)
    return voucher


def register(*, code: str, account: Account, coverage: str, actor: str, now: datetime) -> Coupon:
    """Turn a code into a coupon of this account. Raises a CreditRefused.

    Whose code it was, and that it is no code at all, are not told apart.
    """
    with transaction.atomic():
        rows = Voucher.objects.select_for_update(of=("self",)).select_related("item")
        voucher = rows.filter(code=code, coverage=coverage).first()
        if voucher is None or voucher.coupon_id is not None or voucher.last_day < now.date():
            raise BadTerms(_("This code is not valid, or was registered already."), "coupon_code")
        wish = CouponWish(
            account=account, coverage=coverage, item=voucher.item, amount=voucher.amount, code=code
        )
        first = Month.of(now)
        last = first.plus(voucher.months - 1)
        voucher.coupon = coupons.grant(
            wish=wish, first_month=first, last_month=last, actor=actor, now=now
        )
        voucher.save()
    return voucher.coupon
