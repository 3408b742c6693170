"""What bills take from coupons: kept with each rating, written into the ledgers by the close.

All of it runs in the caller's transaction, which holds the months of the bills, and takes a number
of queries that does not depend on their number.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.services import audit
from accounts.services.audit import Act
from billing_portal.common.money import exact, plain
from billing_portal.common.periods import Month
from invoices.choices import CouponEntryKind
from invoices.models import Bill, BillCouponUse, Coupon, CouponEntry
from invoices.selectors.credits import standings
from invoices.services.credits import ledger
from invoices.services.credits.ledger import Movement
from invoices.services.credits.refusals import WrongUse

Uses = Mapping[Bill, Sequence[tuple[int, Decimal]]]
"""By bill what it takes: ids of coupons and amounts above zero, in the order of use."""


def keep_uses(*, uses: Uses) -> None:
    """Write what bills that are not closed take by their latest rating, instead of what was there.

    Name every bill that was written, those without coupons too. A use of 0 is none.
    """
    BillCouponUse.objects.filter(bill__in=uses).delete()
    BillCouponUse.objects.bulk_create(
        BillCouponUse(bill=bill, coupon_id=coupon_id, amount=exact(amount))
        for bill, taken in uses.items()
        for coupon_id, amount in taken
        if amount
    )


def kept_uses(*, bills: Collection[Bill]) -> dict[Bill, list[tuple[int, Decimal]]]:
    """Return what was kept, by bill; bills without coupons have an empty list."""
    found: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    rows = BillCouponUse.objects.filter(bill__in=bills).order_by("pk")
    for bill_id, coupon_id, amount in rows.values_list("bill_id", "coupon_id", "amount"):
        found[bill_id].append((coupon_id, amount))
    return {bill: found[bill.pk] for bill in bills}


def settle(*, bills: Collection[Bill], actor: str, now: datetime) -> list[CouponEntry]:
    """Move the balances for bills that are being closed: their kept uses, then what lapses.

    Raises WrongUse or NotEnough, and nothing is written then.
    """
    uses = kept_uses(bills=bills)
    taken = {coupon_id for each in uses.values() for coupon_id, _amount in each}
    ledger.locked(coupon_ids=taken | {coupon.pk for coupon in _expiring(bills)})
    used = record_uses(uses=uses, actor=actor, now=now)
    return used + lapse(bills=bills, actor=actor, now=now)


def record_uses(*, uses: Uses, actor: str, now: datetime) -> list[CouponEntry]:
    """Take from the coupons what bills that are being closed use, one entry for each.

    Raises WrongUse for a coupon that is not for the bill or was used by it already, NotEnough where
    more would be taken than is left.
    """
    in_order = sorted(uses, key=lambda bill: (bill.month, bill.pk))
    coupons = ledger.locked(coupon_ids=[key for taken in uses.values() for key, _amount in taken])
    _refuse_again(in_order)
    movements = [
        _use(bill, coupons.get(coupon_id), coupon_id, amount)
        for bill in in_order
        for coupon_id, amount in uses[bill]
    ]
    _refuse_twice(movements)
    return _write(movements, "coupon.use", actor, now)


def lapse(*, bills: Collection[Bill], actor: str, now: datetime) -> list[CouponEntry]:
    """Enter as lost what is left of coupons whose last month these bills close (rules.md Q24)."""
    coupons = ledger.locked(coupon_ids=[coupon.pk for coupon in _expiring(bills)])
    left = standings(coupon_ids=coupons)
    movements = [
        Movement(coupon, CouponEntryKind.LAPSE, coupon.last_month, left[key].balance.copy_negate())
        for key, coupon in coupons.items()
        if left[key].balance > 0
    ]
    return _write(movements, "coupon.lapse", actor, now)


def _expiring(bills: Collection[Bill]) -> list[Coupon]:
    """The coupons of these accounts that no later bill can use and that have not lapsed."""
    closing: dict[tuple[int, str], Month] = {}
    for bill in bills:
        pair = (bill.account_id, bill.coverage)
        closing[pair] = max(closing.get(pair, bill.month), bill.month)
    if not closing:
        return []
    rows = Coupon.objects.not_lapsed().filter(
        account_id__in={account_id for account_id, _coverage in closing},
        last_month__lte=max(closing.values()),
    )
    return [
        coupon
        for coupon in rows
        if (month := closing.get((coupon.account_id, coupon.coverage)))
        and coupon.last_month <= month
    ]


def _use(bill: Bill, coupon: Coupon | None, coupon_id: int, amount: Decimal) -> Movement:
    said = {"bill": str(bill), "code": coupon.code if coupon else coupon_id}
    if coupon is None:
        raise WrongUse(_("There is no coupon %(code)s for bill %(bill)s.") % said)
    if (coupon.account_id, coupon.coverage) != (bill.account_id, bill.coverage):
        text = _("Coupon %(code)s belongs to another account or coverage than bill %(bill)s.")
        raise WrongUse(text % said)
    if not coupon.first_month <= bill.month <= coupon.last_month:
        raise WrongUse(_("Coupon %(code)s is not usable in the month of bill %(bill)s.") % said)
    if amount <= 0:
        raise WrongUse(_("Bill %(bill)s takes nothing or less from coupon %(code)s.") % said)
    return Movement(coupon, CouponEntryKind.USE, bill.month, exact(amount).copy_negate(), bill)


def _refuse_again(bills: Sequence[Bill]) -> None:
    """A bill is closed once. Its month is locked, so nobody else closes it meanwhile."""
    there = CouponEntry.objects.filter(bill__in=bills, kind=CouponEntryKind.USE)
    for bill, code in there.values_list("bill_id", "coupon__code")[:1]:
        text = _("Bill %(bill)s already took from coupon %(code)s.")
        raise WrongUse(text % {"bill": bill, "code": code})


def _refuse_twice(movements: Sequence[Movement]) -> None:
    seen: set[tuple[int, int]] = set()
    for move in movements:
        key = (move.coupon.pk, move.bill.pk if move.bill else 0)
        if key in seen:
            text = _("Bill %(bill)s names coupon %(code)s twice.")
            raise WrongUse(text % {"bill": str(move.bill), "code": move.coupon.code})
        seen.add(key)


def _write(
    movements: Sequence[Movement], action: str, actor: str, now: datetime
) -> list[CouponEntry]:
    if not movements:
        return []
    entries = ledger.append(movements=movements, actor=actor, now=now)
    ids = {move.coupon.account_id for move in movements}
    keys = dict(Account.objects.filter(pk__in=ids).values_list("pk", "key"))
    acts = [
        Act(
            keys[entry.coupon.account_id],
            entry.coupon.code,
            {
                "amount": plain(entry.amount),
                "left": plain(entry.left),
                "month": entry.month.iso,
            },
        )
        for entry in entries
    ]
    audit.record_many(actor=actor, action=action, now=now, acts=acts)
    return entries
