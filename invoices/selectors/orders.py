"""What customers can order, what they ordered, and what came of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from accounts.access import Access
from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.choices import OrderState, PriceKind, Region
from invoices.models import BillItem, Contract, Coupon, Order, Price
from invoices.rating.taxes import TaxGroup
from invoices.rating.vocabulary import TaxCategory
from invoices.selectors.credits import balances, pays_everything
from invoices.selectors.settings import recipients, tax_table

COUPON, CONTRACT = "coupon", "contract_units"
"""Rules of the catalogue: the items that can be ordered."""
GENERAL = "chargeCoupon"
"""The coupon of the catalogue that is sold: it pays everything."""


@dataclass(frozen=True, slots=True)
class Product:
    """An item that is sold, and what one of it costs: a coupon 1 of its currency."""

    item: BillItem
    price: Decimal

    @property
    def is_coupon(self) -> bool:
        return self.item.rule == COUPON


@dataclass(frozen=True, slots=True)
class HeldCoupon:
    """A coupon with what is left of it; `order` is "" for one that was not ordered."""

    coupon: Coupon
    left: Decimal
    order: str


def product(*, code: str, coverage: str, day: date) -> Product | None:
    """An item that can be ordered on a day. Only coupons that pay everything are sold."""
    sold = {one.item.code: one for one in products(coverage=coverage, day=day)}
    return sold.get(code)


def products(*, coverage: str, day: date) -> list[Product]:
    """Everything that can be ordered on a day, by code. Two queries."""
    items = BillItem.objects.filter(
        rule__in=(COUPON, CONTRACT), region__in=(Region.ALL, coverage)
    ).order_by("code")
    prices = _flat().filter(coverage=coverage, since__lte=day)
    known = dict(prices.order_by("since").values_list("item_id", "unit_price"))
    known |= {
        item.pk: Decimal(1)
        for item in items
        if item.rule == COUPON and pays_everything(item.inputs)
    }
    return [Product(item, known[item.pk]) for item in items if item.pk in known]


def visible(*, access: Access) -> QuerySet[Order]:
    """Every quotation and order that may be seen, latest first."""
    found = Order.objects.filter(account_id__in=access.money | access.pay)
    rows = found.select_related("item", "coupon", "contract", "account", "document__receivable")
    return rows.defer("document__snapshot").order_by("-pk")


def orders(*, access: Access, account: Account, coverage: str) -> QuerySet[Order]:
    """Quotations and orders of one coverage."""
    return visible(access=access).filter(account=account, coverage=coverage)


def history(*, access: Access, account: Account) -> QuerySet[Order]:
    """What an account ordered, in both coverages, cancelled or not."""
    every = visible(access=access).filter(account=account)
    return every.filter(ordered_at__isnull=False).order_by("-ordered_at", "-pk")


def confirmed(*, access: Access, account: Account, coverage: str, since: Month) -> QuerySet[Order]:
    """What was ordered since a month, latest first, cancelled or not."""
    every = orders(access=access, account=account, coverage=coverage)
    return every.filter(ordered_at__gte=since.start).exclude(state=OrderState.QUOTED)


def coupons(*, access: Access, account: Account, coverage: str) -> list[HeldCoupon]:
    """The coupons of an account that did not lapse, first to expire first. Two queries."""
    rows = Coupon.objects.filter(account=account, account_id__in=access.money, coverage=coverage)
    return held(rows.not_lapsed().order_by("last_month", "code"))


def held(rows: QuerySet[Coupon]) -> list[HeldCoupon]:
    """Coupons with what is left of them."""
    found = list(rows.select_related("item", "order"))
    left = balances(coupon_ids=[coupon.pk for coupon in found])
    return [HeldCoupon(one, left[one.pk], _order(one)) for one in found]


def contracts(
    *, access: Access, account: Account, coverage: str, since: Month
) -> QuerySet[Contract]:
    """Contracts that hold or held since a month, latest first."""
    seen = access.money | access.pay
    rows = Contract.objects.filter(account=account, account_id__in=seen, coverage=coverage)
    kept = rows.filter(withdrawn=False, last_month__gte=since).select_related("item")
    return kept.order_by("-first_month", "-pk")


def prices_of(rows: Collection[Contract]) -> dict[int, Decimal]:
    """What a unit of each contract cost when it began, by contract; none without a flat price.
    One query.
    """
    known = _flat().filter(item__in={row.item_id for row in rows}).order_by("-since")
    prices = list(known.values_list("item_id", "coverage", "since", "unit_price"))
    found: dict[int, Decimal] = {}
    for row in rows:
        of_item = (
            price
            for item_id, coverage, since, price in prices
            if (item_id, coverage) == (row.item_id, row.coverage)
            and since <= row.first_month.first_day
        )
        first = next(of_item, None)
        if first is not None:
            found[row.pk] = first
    return found


def tax_of(*, account: Account, coverage: str, day: date) -> TaxGroup:
    """The tax group of what an account orders on a day: out of scope abroad.

    Raises MissingTaxRate.
    """
    pair = (account.pk, coverage)
    country = recipients(pairs=[pair])[pair].country
    return tax_table().group(TaxCategory.STANDARD.value, day, country=country)


def _flat() -> QuerySet[Price]:
    """Prices of what contracts are for."""
    return Price.objects.filter(
        item__rule=CONTRACT, kind=PriceKind.FLAT, plan__isnull=True, variant=""
    )


def _order(coupon: Coupon) -> str:
    order: Order | None = getattr(coupon, "order", None)
    return order.key if order is not None else ""
