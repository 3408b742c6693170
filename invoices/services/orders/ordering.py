"""Orders are confirmed and taken back.

What is paid when it is ordered is sold on a document of its own, written in the same transaction;
its card is charged afterwards as for any other document, and then it is delivered.
Lock order: the order first, then what its document locks.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from billing_portal.common.periods import Month
from invoices.choices import ChargeState, OrderState, PaymentMethod, ReceivableState
from invoices.models import Invoice, Order
from invoices.rating.exchange import MissingExchangeRate
from invoices.rating.taxes import TaxGroup
from invoices.selectors import orders as found
from invoices.selectors.cards import has_card
from invoices.selectors.settings import today
from invoices.selectors.terms import ways_of
from invoices.services import documents
from invoices.services.credits import NotForSale, WrongOrderState, contracts, ground
from invoices.services.credits.contracts import ContractWish
from invoices.services.orders.quoting import stated, taxed_as
from invoices.services.orders.steps import Why, lock, record, take_back
from invoices.services.payments import ledger

VALID = timedelta(days=30)
"""How long a quotation can be confirmed (contracts/soracom-billing.openapi.yaml: a month)."""
CONFIRMED = (OrderState.ORDERED, OrderState.PROCESSING)


def confirm(*, order: Order, actor: str, now: datetime) -> Order:
    """Order what was quoted; once more changes nothing. Raises a CreditRefused.

    A contract begins at once. A coupon is sold on a document; when it is paid, or is agreed to be
    paid by invoice, `deliver` makes the coupon.
    """
    with transaction.atomic():
        held = lock(order.pk)
        if held.state in CONFIRMED:
            return held
        _check(held, now)
        held.ordered_at, held.ordered_by = now, actor
        if held.item.rule == ground.CONTRACT:
            _check_price(held, now)
            held.contract = contracts.begin(wish=_terms(held), actor=actor, now=now)
            held.state = OrderState.ORDERED
        else:
            held.document = _sold(held, now)
            held.state = OrderState.PROCESSING
        held.save()
        record("order.confirm", held, actor, now)
    return held


def cancel(*, order: Order, actor: str, now: datetime) -> Order:
    """Take back an order that is not being paid yet; once more changes nothing.

    Its document is given back by a return invoice. Raises WrongOrderState.
    """
    with transaction.atomic():
        held = lock(order.pk)
        if held.state == OrderState.CANCELLED:
            return held
        if held.state == OrderState.ORDERED:
            raise WrongOrderState(_("This order is completed and cannot be cancelled."))
        if held.document is not None:
            _refuse_paid(held.document)
        take_back(order=held, why=Why.CANCELLED, actor=actor, now=now)
    return held


def _check(order: Order, now: datetime) -> None:
    if order.state == OrderState.CANCELLED:
        raise WrongOrderState(_("This order was cancelled."))
    if now - order.quoted_at > VALID:
        raise WrongOrderState(_("This quotation is older than a month. Ask for a new one."))


def _check_price(order: Order, now: datetime) -> None:
    """A contract costs what the catalogue says when it begins, and begins with no past month."""
    first = order.first_month
    product = found.product(code=order.item.code, coverage=order.coverage, day=first.first_day)
    if first < Month.of(now) or product is None or product.price != order.unit_price:
        raise _changed()


def _sold(order: Order, now: datetime) -> Invoice:
    """The document of a coupon, which asks for what was quoted and for nothing else."""
    account, coverage, month = order.account, order.coverage, Month.of(now)
    ground.check_payer(account=account, month=month, field="account")
    group = taxed_as(account=account, coverage=coverage, day=now.date())
    said = stated(order=order, group=group)
    if (said.tax_minor, said.gross_minor) != (order.tax_minor, order.total_minor):
        raise _changed()
    method = ways_of(account_ids=[account.pk]).method((account.pk, coverage), month)
    day = today(now=now)
    by_card = method == PaymentMethod.CARD
    if by_card and not has_card(account_id=account.pk, coverage=coverage, today=day):
        raise NotForSale(_("It is paid by card when it is ordered: add a card first."))
    return _issued(order, method, group, now)


def _issued(order: Order, method: PaymentMethod, group: TaxGroup, now: datetime) -> Invoice:
    try:
        return documents.sell(order=order, method=method, group=group, now=now)
    except MissingExchangeRate as error:
        text = _("It cannot be sold today, because an exchange rate is missing. Ask our staff.")
        raise NotForSale(text) from error


def _refuse_paid(document: Invoice) -> None:
    """Under lock, in the order of corrections: nothing of the document is paid, and no card is
    being charged for it.
    """
    Invoice.objects.select_for_update(no_key=True).only("pk").get(pk=document.pk)
    [row] = ledger.locked(receivable_ids=[document.receivable.pk]).values()
    is_untouched = row.state == ReceivableState.OPEN and row.open_minor == row.amount_minor
    if not is_untouched or row.charges.filter(state=ChargeState.STARTED).exists():
        raise WrongOrderState(_("This order is being paid and cannot be cancelled any more."))


def _terms(order: Order) -> ContractWish:
    return ContractWish(
        account=order.account,
        coverage=order.coverage,
        item=order.item,
        units=order.quantity,
        first_month=order.first_month,
    )


def _changed() -> WrongOrderState:
    text = _("The price or the tax has changed since this was quoted. Ask for a new quotation.")
    return WrongOrderState(text)
