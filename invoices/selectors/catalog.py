"""What the catalogue holds for the days to come, as far as an account is concerned."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import Account
from accounts.selectors.tree import tree_in
from billing_portal.common.money import Currency
from billing_portal.common.periods import Month
from invoices.models import BillItemTotal, Price
from invoices.rating.vocabulary import CURRENCY
from usage.models import DeviceNow


@dataclass(frozen=True, slots=True)
class Announced:
    """A price to come; `before` is the one whose place it takes, if there is one."""

    price: Price
    before: Price | None

    @property
    def currency(self) -> Currency:
        return CURRENCY[self.price.coverage]


def announced(*, account: Account, after: date) -> list[Announced]:
    """The prices that begin after a day, of items and plans that an account uses, by day.

    It uses what its bills charge from the month before on, and the plans that its devices, and
    those that it is billed for, are on at present. One query if nothing is announced, at most five.
    """
    if not Price.objects.filter(since__gt=after).exists():
        return []
    charged = _charged(account, after)
    latest: dict[tuple[object, ...], Price] = {}
    found = []
    for price in _prices(charged, _plans(account, after)):
        series = (price.item_id, price.coverage, price.plan_id, price.variant)
        if price.since > after and (price.coverage, price.item.code) in charged:
            found.append(Announced(price, latest.get(series)))
        latest[series] = price
    return found


def _charged(account: Account, after: date) -> set[tuple[str, str]]:
    """The coverages and codes of what the bills of the account are made of."""
    month = Month.of(after).previous
    totals = BillItemTotal.objects.filter(bill__account=account, bill__month__gte=month)
    return set(totals.order_by().values_list("bill__coverage", "code").distinct())


def _plans(account: Account, after: date) -> list[int | None]:
    payers = tree_in(month=Month.of(after)).payers()
    accounts = [member for member, payer in payers.items() if payer == account.pk]
    devices = DeviceNow.objects.filter(account__in=accounts, plan__isnull=False)
    return list(devices.order_by().values_list("plan", flat=True).distinct())


def _prices(charged: Collection[tuple[str, str]], plans: Sequence[int | None]) -> QuerySet[Price]:
    """All prices of these items, but those of other plans, the oldest first."""
    codes = {code for _coverage, code in charged}
    return (
        Price.objects.filter(Q(plan=None) | Q(plan__in=plans), item__code__in=codes)
        .select_related("item", "plan")
        .order_by("since", "coverage", "item__code", "plan__code", "variant")
    )
