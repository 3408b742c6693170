"""The coupons of an account: what is left of them, how to have another, what was ordered."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.views.visit import Visit, address_of, visited
from billing_portal.common.money import Currency, Rounding, to_minor
from billing_portal.common.parts.figures import money_text, month_name
from invoices.forms.ordering import BuyForm, RegisterForm
from invoices.models import Coupon
from invoices.rating.vocabulary import CURRENCY
from invoices.selectors import orders as found
from invoices.selectors.credits import total
from invoices.selectors.offers import paying
from invoices.selectors.orders import HeldCoupon
from invoices.services.credits import CreditRefused, vouchers
from invoices.services.credits.coupons import LIFE
from invoices.services.orders import OrderWish
from invoices.views.orders.quoted import quoted
from invoices.views.settings.asked import payable
from usage.choices import Coverage

FORM = ["GET", "HEAD", "POST"]
PAGE = "payment-coupons"
ORDERS_ON_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Shelf:
    """The coupons of one coverage; what is left is shown rounded down (rules.md Q25)."""

    coverage: Coverage
    held: Sequence[HeldCoupon]

    @property
    def currency(self) -> Currency:
        return CURRENCY[self.coverage.value]

    @property
    def left(self) -> str:
        return _down(total(one.left for one in self.held), self.currency)

    @property
    def rows(self) -> list[tuple[Coupon, str, str, str]]:
        """Each coupon with its amount, what is left of it, and its order."""
        return [
            (
                one.coupon,
                _down(one.coupon.amount, self.currency),
                _down(one.left, self.currency),
                one.order,
            )
            for one in self.held
        ]


@require_GET
@visited
def page(visit: Visit) -> HttpResponse:
    """Which coupons do we have, how much is left, and what did we order?"""
    account = visit.account(visit.payers)
    if account is None:
        return visit.page("accounts/no_billing.html", None, title=_("Coupons"))
    access = visit.access
    shelves = [
        Shelf(each, found.coupons(access=access, account=account, coverage=each))
        for each in Coverage
    ]
    history = Paginator(found.history(access=access, account=account), ORDERS_ON_A_PAGE)
    return visit.page(
        "invoices/orders/coupons.html",
        account,
        among=visit.payers,
        shelves=shelves,
        shown=history.get_page(visit.request.GET.get("page")),
        may_order=account.pk in access.pay,
    )


@require_http_methods(FORM)
@visited
def buy(visit: Visit, key: str, coverage: str) -> HttpResponse:
    """Say which amount is wanted; what it costs stands on the page of the quotation."""
    account = payable(visit, key)
    form = BuyForm(coverage, data=visit.request.POST or None)
    if visit.request.method == "POST" and form.is_valid():
        amount = form.cleaned_data["amount"]
        wish = OrderWish(account=account, coverage=coverage, product=found.GENERAL, amount=amount)
        if (order := quoted(visit, wish, form)) is not None:
            return redirect("payment-order", order.key)
    return visit.page(
        "invoices/orders/buy.html",
        account,
        form=form,
        coverage=Coverage(coverage),
        last_month=visit.month.plus(LIFE),
        paying=paying(account=account, coverage=coverage, now=visit.now),
        back=address_of(account, PAGE),
    )


@require_http_methods(FORM)
@visited
def register(visit: Visit, key: str, coverage: str) -> HttpResponse:
    """Turn a code that was given away into a coupon."""
    account = payable(visit, key)
    form = RegisterForm(visit.request.POST or None)
    if visit.request.method == "POST" and form.is_valid():
        try:
            coupon = vouchers.register(
                code=form.cleaned_data["coupon_code"].strip(),
                account=account,
                coverage=coverage,
                actor=visit.access.actor,
                now=visit.now,
            )
        except CreditRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(visit.request, _registered(coupon))
            return redirect(address_of(account, PAGE))
    return visit.page(
        "invoices/orders/register.html",
        account,
        form=form,
        coverage=Coverage(coverage),
        back=address_of(account, PAGE),
    )


def _registered(coupon: Coupon) -> str:
    text = _("Coupon %(code)s over %(amount)s is registered, usable through %(month)s.")
    amount = _down(coupon.amount, CURRENCY[coupon.coverage])
    said = {"code": coupon.code, "amount": amount, "month": month_name(coupon.last_month)}
    return text % said


def _down(amount: Decimal, currency: Currency) -> str:
    return money_text(to_minor(amount, currency, Rounding.DOWN), currency.value)
