"""Quotations: what something would cost. They bind nobody until they are confirmed."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import Account
from billing_portal.common.money import Currency, Rounding
from billing_portal.common.periods import Month
from invoices.models import Order
from invoices.rating.taxes import MissingTaxRate, Statement, TaxGroup, state_groups
from invoices.rating.vocabulary import CURRENCY
from invoices.selectors import orders as found
from invoices.selectors.orders import Product
from invoices.selectors.settings import NoIssuer, issuer
from invoices.services.credits import BadTerms, NotForSale, contracts, coupons, ground
from invoices.services.credits.contracts import MOST_UNITS


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderWish:
    """Of a coupon `amount` is wanted, of a contract `units` from `first_month` on."""

    account: Account
    coverage: str
    product: str
    amount: Decimal = Decimal(0)
    units: int = 0
    first_month: Month | None = None


def quote(*, wish: OrderWish, now: datetime) -> Order:
    """Say what something would cost. Raises a CreditRefused."""
    day = wish.first_month.first_day if wish.first_month else now.date()
    product = found.product(code=wish.product, coverage=wish.coverage, day=day)
    if product is None:
        raise NotForSale(_("There is no product %(code)s.") % {"code": wish.product}, "productCode")
    month = Month.of(now)
    ground.check_payer(account=wish.account, month=month, field="account")
    order = _coupon(wish, product, now) if product.is_coupon else _contract(wish, product, month)
    order.key = f"{now:%Y%m%d%H%M%S}_{secrets.token_hex(4)}"
    order.quoted_at = now
    order.save()
    return order


def rate(*, account: Account, coverage: str, day: date) -> Decimal:
    """The tax rate of what an account orders; raises NotForSale where none is known."""
    return taxed_as(account=account, coverage=coverage, day=day).rate


def taxed_as(*, account: Account, coverage: str, day: date) -> TaxGroup:
    """The tax group of what an account orders on a day; raises NotForSale where none is known."""
    try:
        return found.tax_of(account=account, coverage=coverage, day=day)
    except MissingTaxRate as error:
        raise NotForSale(str(error)) from error


def stated(*, order: Order, group: TaxGroup) -> Statement:
    """What a coupon costs: it is taxed when it is sold (rules.md Q28). Raises NotForSale."""
    try:
        rounding = Rounding(issuer().rounding)
    except NoIssuer as error:
        raise NotForSale(_("Nothing can be sold yet: there is no issuer.")) from error
    lines = [(group, order.unit_price)]
    return state_groups(lines, currency=Currency(order.currency), rounding=rounding)


def _coupon(wish: OrderWish, product: Product, now: datetime) -> Order:
    amount = coupons.check_sale(amount=wish.amount, coverage=wish.coverage)
    group = taxed_as(account=wish.account, coverage=wish.coverage, day=now.date())
    order = _order(wish, product, amount, Month.of(now), group)
    said = stated(order=order, group=group)
    order.tax_minor, order.total_minor = said.tax_minor, said.gross_minor
    return order


def _contract(wish: OrderWish, product: Product, running: Month) -> Order:
    """Nothing is paid now: the units are on each month's bill."""
    if not 1 <= wish.units <= MOST_UNITS:
        raise BadTerms(_("Order from 1 to %(most)d units.") % {"most": MOST_UNITS}, "quantity")
    first = wish.first_month or running
    if first < running:
        raise BadTerms(_("It can begin with %(month)s or later.") % {"month": running}, "startDate")
    ground.check_reach(first=first, last=first.plus(contracts.TERM - 1), now=running.start)
    group = taxed_as(account=wish.account, coverage=wish.coverage, day=first.first_day)
    order = _order(wish, product, product.price, first, group)
    order.quantity = wish.units
    return order


def _order(
    wish: OrderWish, product: Product, price: Decimal, first: Month, group: TaxGroup
) -> Order:
    return Order(
        account=wish.account,
        coverage=wish.coverage,
        currency=CURRENCY[wish.coverage],
        item=product.item,
        quantity=1,
        unit_price=price,
        tax_rate=group.rate,
        tax_minor=0,
        total_minor=0,
        first_month=first,
    )
