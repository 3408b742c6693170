"""Entries of ledgers: locked, added up, never below zero."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from billing_portal.common.money import CONTEXT, NotExact, exact
from billing_portal.common.periods import Month
from invoices.choices import CouponEntryKind
from invoices.models import Bill, Coupon, CouponEntry
from invoices.selectors.credits import Standing, standings
from invoices.services.credits.refusals import BadTerms, NotEnough


@dataclass(frozen=True, slots=True)
class Movement:
    """An entry to be written; `amount` has its sign."""

    coupon: Coupon
    kind: CouponEntryKind
    month: Month
    amount: Decimal
    bill: Bill | None = None
    reason: str = ""


def locked(*, coupon_ids: Collection[int]) -> dict[int, Coupon]:
    """Lock coupons in the order of their keys; those that do not exist are absent.

    After the months and before any counter: the lock order of the house.
    """
    rows = Coupon.objects.filter(pk__in=coupon_ids).select_for_update().order_by("pk")
    return {coupon.pk: coupon for coupon in rows}


def append(*, movements: Sequence[Movement], actor: str, now: datetime) -> list[CouponEntry]:
    """Write the movements behind what the ledgers hold, in their order, in two queries.

    The caller holds the locks of the coupons. Raises NotEnough before anything is written.
    """
    stands = standings(coupon_ids={move.coupon.pk for move in movements})
    entries = []
    for move in movements:
        stand = stands[move.coupon.pk]
        left = _within(CONTEXT.add(stand.balance, move.amount))
        if left < 0:
            raise NotEnough(move.coupon, move.amount.copy_abs(), stand.balance)
        stands[move.coupon.pk] = Standing(stand.number + 1, left)
        entries.append(_entry(move, stands[move.coupon.pk], actor, now))
    return CouponEntry.objects.bulk_create(entries)


def _within(balance: Decimal) -> Decimal:
    try:
        return exact(balance)
    except NotExact as error:
        raise BadTerms(str(error), "amount") from error


def _entry(move: Movement, after: Standing, actor: str, now: datetime) -> CouponEntry:
    return CouponEntry(
        coupon=move.coupon,
        number=after.number,
        kind=move.kind,
        month=move.month,
        amount=move.amount,
        left=after.balance,
        bill=move.bill,
        at=now,
        actor=actor,
        reason=move.reason,
    )
