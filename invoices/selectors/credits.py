"""What coupons hold, in which order bills take from them, and which contracts hold in a month.

Balances are summed in Python: SQLite would add exact decimals as floats.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Any

from django.db.models import Q

from billing_portal.common.money import CONTEXT
from billing_portal.common.periods import Month
from invoices.choices import CouponEntryKind
from invoices.models import Bill, BillCouponUse, Contract, Coupon, CouponEntry

# A bill takes from a coupon, and its rest is lost, when the month is over.
AT_THE_END = frozenset({CouponEntryKind.USE.value, CouponEntryKind.LAPSE.value})


@dataclass(frozen=True, slots=True)
class Opening:
    """A coupon at the opening of a month: what a bill of that month can take from it.

    `item` is the code of the coupon item. A general coupon pays everything (rules.md Q26).
    """

    account_id: int
    coupon_id: int
    code: str
    item: str
    is_general: bool
    balance: Decimal
    purchased: Month
    expires: Month

    @property
    def place(self) -> tuple[bool, Month, Month, str]:
        """Where it stands in the order of use (rules.md Q23)."""
        return self.is_general, self.expires, self.purchased, self.code


@dataclass(frozen=True, slots=True)
class ContractTerm:
    """A contract that holds in a month. Its days are those of the whole contract; the tax rate is
    that of the first one (rules.md Q37). `code` is the code of the item that charges its units.
    """

    account_id: int
    contract_id: int
    code: str
    units: int
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a ledger stands: the number of its last entry, 0 for none, and the balance after it."""

    number: int = 0
    balance: Decimal = Decimal(0)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Add exact amounts. The default context of Python would drop digits."""
    return reduce(CONTEXT.add, amounts, Decimal(0))


def pays_everything(inputs: Mapping[str, Any]) -> bool:
    """Say whether a coupon item is a general one: those that pay some items only name them."""
    return not inputs.get("items")


def standings(*, coupon_ids: Collection[int]) -> dict[int, Standing]:
    """Return how the ledgers of these coupons stand now, in one query per 5,000 of them."""
    found = dict.fromkeys(coupon_ids, Standing())
    for coupon_id, number, _kind, _month, amount in _entries(coupon_ids):
        found[coupon_id] = Standing(number, CONTEXT.add(found[coupon_id].balance, amount))
    return found


def balances(*, coupon_ids: Collection[int], opening: Month | None = None) -> dict[int, Decimal]:
    """Return what is left of these coupons: now, or as a month found it when it opened.

    The opening of a closed month stays what it was: what was entered since belongs to later months.
    """
    found = dict.fromkeys(coupon_ids, Decimal(0))
    for coupon_id, _number, kind, month, amount in _entries(coupon_ids):
        if opening is None or month < opening or (month == opening and kind not in AT_THE_END):
            found[coupon_id] = CONTEXT.add(found[coupon_id], amount)
    return found


def opening_balances(*, month: Month, coverage: str, account_ids: Collection[int]) -> list[Opening]:
    """Return the coupons that bills of this month can take from, by account in the order of use.

    What earlier months that are not closed take by their latest rating is gone already
    (rules.md Q29). Three queries, whatever the number of accounts.
    """
    coupons = list(
        Coupon.objects.usable_in(month)
        .filter(coverage=coverage, account_id__in=account_ids)
        .select_related("item")
    )
    ids = [coupon.pk for coupon in coupons]
    left = balances(coupon_ids=ids, opening=month)
    for coupon_id, amount in _estimated(ids, month):
        left[coupon_id] = CONTEXT.subtract(left[coupon_id], amount)
    openings = [_opening(coupon, left[coupon.pk]) for coupon in coupons if left[coupon.pk] > 0]
    return sorted(openings, key=lambda one: (one.account_id, one.place))


def coupon_ids(*, codes: Collection[str]) -> dict[str, int]:
    """Return the ids of coupons by their codes."""
    return dict(Coupon.objects.filter(code__in=codes).values_list("code", "pk"))


def uses_of(*, bill: Bill) -> dict[str, Decimal]:
    """Return by code of the coupon what a closed bill took, as the ledgers say."""
    rows = CouponEntry.objects.filter(bill=bill, kind=CouponEntryKind.USE)
    return {
        code: amount.copy_negate() for code, amount in rows.values_list("coupon__code", "amount")
    }


def coupon_holders(*, month: Month, coverage: str, account_ids: Collection[int]) -> set[int]:
    """Return the accounts with a coupon whose months hold this one, used up or not."""
    rows = Coupon.objects.usable_in(month).filter(coverage=coverage, account_id__in=account_ids)
    return set(rows.values_list("account_id", flat=True))


def contracts_in(
    *, month: Month, coverage: str, account_ids: Collection[int], with_late: bool = False
) -> list[ContractTerm]:
    """Return the contracts that hold in a month, by account and first day, in one query.

    Those that were recorded when the month was closed are left out, unless `with_late`: its bill
    does not know them (rules.md Q33), its delta lines do (Q32).
    """
    rows = Contract.objects.in_month(month).filter(coverage=coverage, account_id__in=account_ids)
    if not with_late:
        rows = rows.filter(Q(late_through__isnull=True) | Q(late_through__lt=month))
    ordered = rows.select_related("item").order_by("account_id", "first_month", "pk")
    return [
        ContractTerm(
            account_id=row.account_id,
            contract_id=row.pk,
            code=row.item.code,
            units=row.units,
            first_day=row.first_month.first_day,
            last_day=row.last_month.last_day,
        )
        for row in ordered
    ]


def _entries(
    coupon_ids: Collection[int],
) -> Iterator[tuple[int, int, str, Month, Decimal]]:
    rows = CouponEntry.objects.filter(coupon_id__in=coupon_ids).order_by("coupon_id", "number")
    yield from rows.values_list("coupon_id", "number", "kind", "month", "amount")


def _estimated(coupon_ids: Collection[int], before: Month) -> Iterator[tuple[int, Decimal]]:
    estimated = BillCouponUse.objects.estimated()
    rows = estimated.filter(coupon_id__in=coupon_ids, bill__month__lt=before)
    yield from rows.order_by("pk").values_list("coupon_id", "amount")


def _opening(coupon: Coupon, balance: Decimal) -> Opening:
    return Opening(
        account_id=coupon.account_id,
        coupon_id=coupon.pk,
        code=coupon.code,
        item=coupon.item.code,
        is_general=pays_everything(coupon.item.inputs),
        balance=balance,
        purchased=Month.of(coupon.purchased_at),
        expires=coupon.last_month,
    )
