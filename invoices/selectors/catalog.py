"""What the catalogue holds for the days to come, as far as an account is concerned."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from accounts.models import Account
from accounts.selectors.tree import tree_in
from billing_portal.common.money import Currency
from billing_portal.common.periods import Month
from invoices.models import BillItemTotal, Price
from invoices.rating.vocabulary import CURRENCY
from usage.models import DeviceNow

Used = tuple[str, str]
"""Coverage and code of an item that is charged."""


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
    return announced_to(account_ids=[account.pk], after=after)[account.pk]


def announced_to(*, account_ids: Collection[int], after: date) -> dict[int, list[Announced]]:
    """The same of many accounts, in as many queries."""
    if not Price.objects.filter(since__gt=after).exists():
        return {account_id: [] for account_id in account_ids}
    charged = _charged(account_ids, after)
    plans = _plans(account_ids, after)
    prices = _prices({code for used in charged.values() for _coverage, code in used})
    return {
        account_id: list(_found(prices, charged[account_id], plans[account_id], after))
        for account_id in account_ids
    }


def _found(
    prices: Iterable[Price], charged: Collection[Used], plans: Collection[int], after: date
) -> Iterator[Announced]:
    latest: dict[tuple[object, ...], Price] = {}
    for price in prices:
        if price.plan_id is None or price.plan_id in plans:
            series = (price.item_id, price.coverage, price.plan_id, price.variant)
            if price.since > after and (price.coverage, price.item.code) in charged:
                yield Announced(price, latest.get(series))
            latest[series] = price


def _charged(account_ids: Collection[int], after: date) -> Mapping[int, set[Used]]:
    """What the bills of accounts are made of."""
    totals = BillItemTotal.objects.filter(
        bill__account__in=account_ids, bill__month__gte=Month.of(after).previous
    )
    rows = totals.order_by().values_list("bill__account", "bill__coverage", "code")
    found: dict[int, set[Used]] = defaultdict(set)
    for account_id, coverage, code in rows.distinct():
        found[account_id].add((coverage, code))
    return found


def _plans(account_ids: Collection[int], after: date) -> Mapping[int, set[int]]:
    payers = tree_in(month=Month.of(after)).payers()
    asked = set(account_ids)
    members = [member for member, payer in payers.items() if payer in asked]
    devices = DeviceNow.objects.filter(account__in=members, plan__isnull=False)
    found: dict[int, set[int]] = defaultdict(set)
    for member, plan in devices.order_by().values_list("account", "plan").distinct():
        found[payers[member]].add(plan)
    return found


def _prices(codes: Collection[str]) -> list[Price]:
    """All prices of these items, the oldest first."""
    rows = Price.objects.filter(item__code__in=codes).select_related("item", "plan")
    return list(rows.order_by("since", "coverage", "item__code", "plan__code", "variant"))
