"""Orders of customers: quoted, confirmed, paid, cancelled.

Lock order: the order first, then what coupons and contracts lock.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.services import audit
from billing_portal.common.money import Rounding, plain
from billing_portal.common.periods import Month
from invoices.choices import OrderState
from invoices.models import Order
from invoices.rating.taxes import MissingTaxRate, TaxGroup, state_groups
from invoices.rating.vocabulary import CURRENCY, TaxCategory
from invoices.selectors import orders as found
from invoices.selectors.orders import Product
from invoices.selectors.settings import NoIssuer, issuer
from invoices.services.credits import contracts, coupons, ground
from invoices.services.credits.contracts import MOST_UNITS, ContractWish
from invoices.services.credits.coupons import CouponWish
from invoices.services.credits.refusals import BadTerms, NotForSale, WrongOrderState

VALID = timedelta(days=30)
"""How long a quotation can be confirmed (contracts/soracom-billing.openapi.yaml: a month)."""


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


def confirm(*, order: Order, actor: str, now: datetime) -> Order:
    """Order what was quoted; once more changes nothing. Raises a CreditRefused."""
    with transaction.atomic():
        held = _lock(order)
        if held.state in (OrderState.ORDERED, OrderState.PROCESSING):
            return held
        if held.state == OrderState.CANCELLED:
            raise WrongOrderState(_("This order was cancelled."))
        if now - held.quoted_at > VALID:
            raise WrongOrderState(_("This quotation is older than a month. Ask for a new one."))
        held.ordered_at, held.ordered_by = now, actor
        if held.item.rule == ground.CONTRACT:
            held.contract = contracts.begin(wish=_terms(held), actor=actor, now=now)
            held.state = OrderState.ORDERED
        else:
            held.state = OrderState.PROCESSING
        held.save()
        _audit("order.confirm", held, actor, now)
    return held


def settle(*, order: Order, actor: str, now: datetime) -> Order:
    """Note that a coupon was paid, and register it. Raises a CreditRefused."""
    with transaction.atomic():
        held = _lock(order)
        if held.state != OrderState.PROCESSING:
            raise WrongOrderState(_("No payment is awaited for this order."))
        wish = CouponWish(
            account=held.account, coverage=held.coverage, item=held.item, amount=held.unit_price
        )
        held.coupon = coupons.buy(wish=wish, purchased_at=now, actor=actor, now=now)
        held.state = OrderState.ORDERED
        held.save()
        _audit("order.settle", held, actor, now)
    return held


def cancel(*, order: Order, actor: str, now: datetime) -> Order:
    """Take an order back that is not paid; once more changes nothing. Raises WrongOrderState."""
    with transaction.atomic():
        held = _lock(order)
        if held.state == OrderState.CANCELLED:
            return held
        if held.state == OrderState.ORDERED:
            raise WrongOrderState(_("This order is completed and cannot be cancelled."))
        held.state = OrderState.CANCELLED
        held.save()
        _audit("order.cancel", held, actor, now)
    return held


def _lock(order: Order) -> Order:
    rows = Order.objects.select_for_update(of=("self",)).select_related("item", "account")
    return rows.get(pk=order.pk)


def _coupon(wish: OrderWish, product: Product, now: datetime) -> Order:
    """A coupon is taxed when it is sold (rules.md Q28)."""
    amount = coupons.check_sale(amount=wish.amount, coverage=wish.coverage)
    order = _order(wish, product, 1, amount, Month.of(now))
    group = TaxGroup(TaxCategory.STANDARD.value, order.tax_rate)
    stated = state_groups([(group, amount)], currency=CURRENCY[wish.coverage], rounding=_rounding())
    order.tax_minor, order.total_minor = stated.tax_minor, stated.gross_minor
    return order


def _contract(wish: OrderWish, product: Product, running: Month) -> Order:
    """Nothing is paid now: the units are on each month's bill."""
    if not 1 <= wish.units <= MOST_UNITS:
        raise BadTerms(_("Order from 1 to %(most)d units.") % {"most": MOST_UNITS}, "quantity")
    first = wish.first_month or running
    if first < running:
        raise BadTerms(_("It can begin with %(month)s or later.") % {"month": running}, "startDate")
    ground.check_reach(first=first, last=first.plus(contracts.TERM - 1), now=running.start)
    return _order(wish, product, wish.units, product.price, first)


def _order(wish: OrderWish, product: Product, quantity: int, price: Decimal, first: Month) -> Order:
    day = first.first_day
    return Order(
        account=wish.account,
        coverage=wish.coverage,
        currency=CURRENCY[wish.coverage],
        item=product.item,
        quantity=quantity,
        unit_price=price,
        tax_rate=rate(account=wish.account, coverage=wish.coverage, day=day),
        tax_minor=0,
        total_minor=0,
        first_month=first,
    )


def _terms(order: Order) -> ContractWish:
    return ContractWish(
        account=order.account,
        coverage=order.coverage,
        item=order.item,
        units=order.quantity,
        first_month=order.first_month,
    )


def rate(*, account: Account, coverage: str, day: date) -> Decimal:
    """The tax rate of what an account orders; raises NotForSale where none is known."""
    try:
        return found.rate_of(account=account, coverage=coverage, day=day)
    except MissingTaxRate as error:
        raise NotForSale(str(error)) from error


def _rounding() -> Rounding:
    try:
        return Rounding(issuer().rounding)
    except NoIssuer as error:
        raise NotForSale(_("Nothing can be sold yet: there is no issuer.")) from error


def _audit(action: str, order: Order, actor: str, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        now=now,
        account_key=order.account.key,
        subject=order.key,
        detail={
            "item": order.item.code,
            "quantity": order.quantity,
            "unit_price": plain(order.unit_price),
        },
    )
