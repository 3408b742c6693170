"""Long-term discounts: what can be had and what it saves, what runs, and a new one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Account
from accounts.views.visit import Visit, address_of, visited
from billing_portal.common.money import Currency
from billing_portal.common.periods import Month
from invoices.forms.ordering import DiscountForm
from invoices.models import Contract
from invoices.rating.vocabulary import CURRENCY
from invoices.selectors import orders as found
from invoices.selectors.offers import Saving, saving
from invoices.selectors.orders import Product
from invoices.services.credits.contracts import TERM
from invoices.services.orders import OrderWish
from invoices.views.orders.quoted import quoted
from invoices.views.settings.asked import payable
from usage.choices import Coverage

FORM = ["GET", "HEAD", "POST"]
PAGE = "payment-discounts"
REACH = 18
"""Months for which contracts that are over are still shown."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be had in a coverage; `saving` is that of one unit in its whole term."""

    coverage: Coverage
    product: Product
    saving: Saving | None

    @property
    def currency(self) -> Currency:
        return CURRENCY[self.coverage.value]


@dataclass(frozen=True, slots=True)
class Running:
    """A contract, the price of one of its units when it began, and how it stands in a month."""

    contract: Contract
    price: Decimal | None
    month: Month

    @property
    def currency(self) -> Currency:
        return CURRENCY[self.contract.coverage]

    @property
    def state(self) -> str:
        if self.contract.first_month > self.month:
            return _("Begins later")
        return _("Ended") if self.contract.last_month < self.month else _("Runs")


@require_GET
@visited
def page(visit: Visit) -> HttpResponse:
    """Which discounts run, until when, and which could we have?"""
    account = visit.account(visit.payers)
    if account is None:
        return visit.page("accounts/no_billing.html", None, title=_("Long-term discounts"))
    return visit.page(
        "invoices/orders/discounts.html",
        account,
        among=visit.payers,
        offers=list(_offers(visit.month)),
        running=_running(visit, account),
        may_order=account.pk in visit.access.pay,
        term=TERM,
    )


@require_http_methods(FORM)
@visited
def order(visit: Visit, key: str, coverage: str, code: str) -> HttpResponse:
    """Say how many units are wanted from when on; the page of the quotation says what they cost."""
    account = payable(visit, key)
    sold = {(one.coverage.value, one.product.item.code): one for one in _offers(visit.month)}
    offer = sold.get((coverage, code))
    if offer is None:
        raise Http404
    form = DiscountForm(visit.month, data=visit.request.POST or None)
    if visit.request.method == "POST" and form.is_valid():
        wish = OrderWish(
            account=account,
            coverage=coverage,
            product=code,
            units=form.cleaned_data["quantity"],
            first_month=form.cleaned_data["startDate"],
        )
        if (new := quoted(visit, wish, form)) is not None:
            return redirect("payment-order", new.key)
    return visit.page(
        "invoices/orders/discount.html",
        account,
        form=form,
        offer=offer,
        term=TERM,
        back=address_of(account, PAGE),
    )


def _offers(month: Month) -> Iterator[Offer]:
    months = [month.plus(number) for number in range(TERM)]
    for coverage in Coverage:
        for product in found.products(coverage=coverage, day=month.first_day):
            if not product.is_coupon:
                code, price = product.item.code, product.price
                one = saving(code=code, coverage=coverage, units=1, price=price, months=months)
                yield Offer(coverage, product, one)


def _running(visit: Visit, account: Account) -> Sequence[Running]:
    since = visit.month.plus(-REACH)
    rows = [
        row
        for coverage in Coverage
        for row in found.contracts(
            access=visit.access, account=account, coverage=coverage, since=since
        )
    ]
    prices = found.prices_of(rows)
    return [Running(row, prices.get(row.pk), visit.month) for row in rows]
