"""Coupons come into the world, are corrected, and are taken back as far as they are unused."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.services import audit
from billing_portal.common.money import Currency, NotExact, exact, plain
from billing_portal.common.periods import BadMonth, Month
from invoices.choices import CouponEntryKind
from invoices.models import BillItem, Coupon, CouponEntry
from invoices.rating.vocabulary import CURRENCY
from invoices.selectors.credits import standings
from invoices.services.credits import ground, ledger
from invoices.services.credits.ledger import Movement
from invoices.services.credits.refusals import BadTerms, CouponOver, NothingLeft

LIFE = 13
"""A coupon is usable through its purchase month + 13 (rules.md Q24)."""
# Without what is easily taken for something else when it is read out.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, kw_only=True, slots=True)
class CouponWish:
    """Of whom and for what a coupon is to be. An empty code is made up."""

    account: Account
    coverage: str
    item: BillItem
    amount: Decimal
    code: str = ""
    note: str = ""


def buy(*, wish: CouponWish, purchased_at: datetime, actor: str, now: datetime) -> Coupon:
    """Register a coupon that was paid, on the terms of sale (domain.md §1.5, rules.md Q24).

    Its least amount is a setting per coverage, in whole steps of the smallest unit of the currency.
    Raises a CreditRefused.
    """
    amount = check_sale(amount=wish.amount, coverage=wish.coverage)
    if purchased_at.utcoffset() is None or purchased_at > now:
        raise BadTerms(_("It cannot have been purchased in the future."), "purchased_at")
    first = _month_of(purchased_at)
    coupon = _coupon(wish, amount, purchased_at, first, first.plus(LIFE))
    return _register(coupon, CouponEntryKind.PURCHASE, actor, now)


def check_sale(*, amount: Decimal, coverage: str) -> Decimal:
    """Return an amount that coupons are sold for; raises BadTerms."""
    least, currency = settings.COUPON_LEAST[coverage], CURRENCY[coverage]
    value = amount_of(amount)
    if value < least or value % currency.minor:
        raise BadTerms(_sale(least, currency), "amount")
    return value


def grant(
    *, wish: CouponWish, first_month: Month, last_month: Month, actor: str, now: datetime
) -> Coupon:
    """Give a coupon away, on terms of its own: any amount above zero, any months that are open.

    In the order of use its first month is its purchase month. Raises a CreditRefused.
    """
    amount = amount_of(wish.amount)
    coupon = _coupon(wish, amount, first_month.start, first_month, last_month)
    return _register(coupon, CouponEntryKind.GRANT, actor, now)


def correct(
    *, coupon: Coupon, amount: Decimal, reason: str, actor: str, now: datetime
) -> CouponEntry:
    """Add to what is left, or take away from it, from the first open month on.

    Uses in closed bills stay as they are, so no more can be taken away than is left. Raises a
    CreditRefused.
    """
    change = _exact(amount)
    if not change:
        raise BadTerms(_("A correction of 0 changes nothing."), "amount")
    why = ground.words(reason, field="reason", required=True)
    with transaction.atomic():
        held, month = _hold(coupon)
        move = Movement(held, CouponEntryKind.CORRECTION, month, change, reason=why)
        return _correct(move, actor, now)


def cancel(*, coupon: Coupon, reason: str, actor: str, now: datetime) -> CouponEntry:
    """Take back all that is left of a coupon. Raises a CreditRefused."""
    why = ground.words(reason, field="reason", required=True)
    with transaction.atomic():
        held, month = _hold(coupon)
        rest = standings(coupon_ids=[held.pk])[held.pk].balance
        if not rest:
            raise NothingLeft(held)
        move = Movement(held, CouponEntryKind.CORRECTION, month, rest.copy_negate(), reason=why)
        return _correct(move, actor, now)


def annotate(*, coupon: Coupon, note: str, actor: str, now: datetime) -> Coupon:
    """Change the note, the one thing about a coupon that can change."""
    with transaction.atomic():
        held = Coupon.objects.select_for_update().get(pk=coupon.pk)
        held.note = ground.words(note, field="note")
        held.save()
        _audit("coupon.note", held, {"note": held.note}, actor, now)
    return held


def _coupon(
    wish: CouponWish, amount: Decimal, purchased_at: datetime, first: Month, last: Month
) -> Coupon:
    ground.check_item(item=wish.item, rule=ground.COUPON, coverage=wish.coverage)
    return Coupon(
        account=wish.account,
        coverage=wish.coverage,
        code=code_of(wish.code),
        item=wish.item,
        amount=amount,
        purchased_at=purchased_at,
        first_month=first,
        last_month=last,
        note=ground.words(wish.note, field="note"),
    )


def _register(coupon: Coupon, kind: CouponEntryKind, actor: str, now: datetime) -> Coupon:
    first, account, coverage = coupon.first_month, coupon.account, coupon.coverage
    field = "first_month" if kind == CouponEntryKind.GRANT else "purchased_at"
    ground.check_reach(first=first, last=coupon.last_month, now=now)
    with transaction.atomic():
        rows = ground.hold(account=account, coverage=coverage, month=first)
        ground.check_payer(account=account, month=first, field=field)
        ground.refuse_closed(account=account, coverage=coverage, month=first, field=field)
        if Coupon.objects.filter(code=coupon.code).exists():
            raise BadTerms(_("Another coupon has this code."), "code")
        coupon.save()
        beginning = Movement(coupon, kind, first, coupon.amount, reason=coupon.note)
        ledger.append(movements=[beginning], actor=actor, now=now)
        ground.tell(rows)
        _audit(f"coupon.{kind.value}", coupon, _terms(coupon), actor, now)
    return coupon


def _hold(coupon: Coupon) -> tuple[Coupon, Month]:
    """Lock months and coupon, raise the versions of the open ones, return the first of them."""
    account, coverage = coupon.account, coupon.coverage
    rows = ground.hold(account=account, coverage=coverage, month=coupon.first_month)
    closed = ground.closed_through(account=account, coverage=coverage)
    month = coupon.first_month if closed is None else max(coupon.first_month, closed.next)
    if month > coupon.last_month:
        raise CouponOver(coupon)
    ground.tell(rows)
    return ledger.locked(coupon_ids=[coupon.pk])[coupon.pk], month


def _correct(move: Movement, actor: str, now: datetime) -> CouponEntry:
    [entry] = ledger.append(movements=[move], actor=actor, now=now)
    detail = {
        "amount": plain(move.amount),
        "left": plain(entry.left),
        "month": move.month.iso,
        "reason": move.reason,
    }
    _audit("coupon.correct", move.coupon, detail, actor, now)
    return entry


def amount_of(amount: Decimal) -> Decimal:
    """Return an exact amount above zero; raises BadTerms."""
    value = _exact(amount)
    if value <= 0:
        raise BadTerms(_("The amount must be greater than 0."), "amount")
    return value


def _month_of(instant: datetime) -> Month:
    try:
        return Month.of(instant)
    except BadMonth as error:
        raise BadTerms(str(error), "purchased_at") from error


def _exact(amount: Decimal) -> Decimal:
    try:
        return exact(amount)
    except NotExact as error:
        raise BadTerms(str(error), "amount") from error


def code_of(typed: str) -> str:
    """Return a code that was typed, or one that is made up; raises BadTerms."""
    code = typed.strip() or "".join(secrets.choice(ALPHABET) for _place in range(12))
    if not _CODE.fullmatch(code):
        text = _("Use letters, digits, dot, hyphen and underscore only, 64 at most.")
        raise BadTerms(text, "code")
    return code


def _sale(least: int, currency: Currency) -> str:
    text = _("Coupons are sold from %(least)s %(currency)s on, in steps of %(step)s.")
    return text % {"least": f"{least:,}", "currency": currency, "step": plain(currency.minor)}


def _terms(coupon: Coupon) -> dict[str, str]:
    return {
        "coverage": coupon.coverage,
        "item": coupon.item.code,
        "amount": plain(coupon.amount),
        "first_month": coupon.first_month.iso,
        "last_month": coupon.last_month.iso,
        "note": coupon.note,
    }


def _audit(action: str, coupon: Coupon, detail: dict[str, str], actor: str, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        now=now,
        account_key=coupon.account.key,
        subject=coupon.code,
        detail=detail,
    )
