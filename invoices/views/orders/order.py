"""One order, from its quotation to what became of it."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.views.visit import Visit, address_of, visited
from billing_portal.common.money import plain
from billing_portal.common.periods import Month
from invoices.choices import ChargeState, OrderState
from invoices.models import Charge, Order
from invoices.pdf.figures import percent
from invoices.selectors import orders as found
from invoices.selectors.offers import Saving, paying, saving_of
from invoices.services import orders
from invoices.services.credits import CreditRefused, ground
from invoices.services.credits.contracts import TERM
from invoices.services.credits.coupons import LIFE
from invoices.services.orders import VALID
from invoices.services.payments.news import reason_of
from invoices.tasks.payments import carry_on
from invoices.views.orders.coupons import PAGE as COUPONS
from invoices.views.orders.discounts import PAGE as DISCOUNTS

REFRESH_SECONDS = 3
"""How often the page of an order that is being paid looks again. Without scripts, so by header."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An order as its page shows it."""

    order: Order
    saving: Saving | None
    reason: str

    @property
    def is_contract(self) -> bool:
        return self.order.item.rule == ground.CONTRACT

    @property
    def tax_rate(self) -> str:
        return percent(plain(self.order.tax_rate))

    @property
    def last_month(self) -> Month:
        """The last month of what is quoted; what was delivered says its own."""
        months = TERM - 1 if self.is_contract else LIFE
        return self.order.first_month.plus(months)


@require_GET
@visited
def page(visit: Visit, key: str) -> HttpResponse:
    """What would it cost, is it paid, what came of it?"""
    return _page(visit, found.visible(access=visit.access).get(key=key))


@require_POST
@visited
def confirm(visit: Visit, key: str) -> HttpResponse:
    """Order what was quoted. Pressed twice, it is one order."""
    order = _payable(visit, key)
    try:
        confirmed = orders.confirm(order=order, actor=visit.access.actor, now=visit.now)
        carry_on(confirmed, now=visit.now)
    except CreditRefused as refusal:
        return _page(visit, order, problem=str(refusal))
    return redirect("payment-order", key)


@require_POST
@visited
def cancel(visit: Visit, key: str) -> HttpResponse:
    """Take an order back, or drop a quotation."""
    order = _payable(visit, key)
    try:
        orders.cancel(order=order, actor=visit.access.actor, now=visit.now)
    except CreditRefused as refusal:
        return _page(visit, order, problem=str(refusal))
    messages.success(visit.request, _("The order was cancelled."))
    return redirect("payment-order", key)


def _payable(visit: Visit, key: str) -> Order:
    """An order of an account that the person pays for; raises Order.DoesNotExist."""
    return found.visible(access=visit.access).get(key=key, account_id__in=visit.access.pay)


def _page(visit: Visit, order: Order, *, problem: str = "") -> HttpResponse:
    is_contract = order.item.rule == ground.CONTRACT
    saved = saving_of(order=order, months=TERM) if is_contract else None
    waiting = order.state == OrderState.PROCESSING
    refreshing = waiting and not problem and visit.request.GET.get("refresh") != "off"
    response = visit.page(
        "invoices/orders/order.html",
        order.account,
        order=order,
        shown=Shown(order, saved, _reason(order)),
        paying=paying(account=order.account, coverage=order.coverage, now=visit.now),
        is_over=visit.now - order.quoted_at > VALID,
        may_order=order.account_id in visit.access.pay,
        problem=problem,
        refreshing=refreshing,
        back=address_of(order.account, DISCOUNTS if is_contract else COUPONS),
    )
    if refreshing:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


def _reason(order: Order) -> str:
    """Why the card of a cancelled order was not charged; "" where it was cancelled otherwise."""
    if order.state != OrderState.CANCELLED or order.document_id is None:
        return ""
    attempts = Charge.objects.filter(receivable__invoice=order.document_id)
    last = attempts.order_by("-number").first()
    return reason_of(last.code) if last and last.state == ChargeState.FAILED else ""
