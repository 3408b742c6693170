"""The cards of an account: on the gateway's page they are typed in, here they are chosen."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Account
from accounts.views.visit import Visit, address_of, visited
from billing_portal.common.dispatch import send
from invoices.gateways import GatewayDown
from invoices.models import Card, CardSetup
from invoices.selectors import cards as selectors
from invoices.selectors import receivables
from invoices.selectors.settings import today
from invoices.services.payments import CardRefused, cards, charging, gateway
from invoices.tasks.payments import sweep
from invoices.views.settings.asked import payable
from usage.choices import Coverage


@require_GET
@visited
def page(visit: Visit) -> HttpResponse:
    """Which cards pay for us, and is anything unpaid?"""
    account = visit.account(visit.payers)
    if account is None:
        return visit.page("accounts/no_billing.html", None, report=None, title=_("Cards"))
    day = today(now=visit.now)
    return visit.page(
        "invoices/payments/cards.html",
        account,
        among=visit.payers,
        places=[
            (place, [(card, selectors.expiry(card, today=day)) for card in place.cards])
            for place in selectors.places(access=visit.access, account=account)
        ],
        balances=receivables.balances(access=visit.access, account=account, today=day),
        stopped=selectors.is_stopped(account=account),
        may_pay=account.pk in visit.access.pay,
        is_sandbox=gateway.chosen().name == "sandbox",
    )


@require_POST
@visited
def add(visit: Visit, key: str, coverage: str) -> HttpResponse:
    """Ask the gateway for its page."""
    account = payable(visit, key)
    try:
        setup = cards.begin(
            account=account, coverage=coverage, actor=visit.person.email, now=visit.now
        )
    except CardRefused as refusal:
        messages.error(visit.request, str(refusal))
    except GatewayDown:
        messages.error(visit.request, _down())
    else:
        return redirect("payment-card-leave", setup.key)
    return _back(account)


@require_GET
@visited
def leave(visit: Visit, key: str) -> HttpResponse:
    """Say where the card is typed in. A form of ours may lead to no other site, a link may."""
    setup = _setup(visit, key)
    return visit.page("invoices/payments/leave.html", setup.account, setup=setup)


@require_GET
@visited
def back(visit: Visit, key: str) -> HttpResponse:
    """The customer comes back from the gateway's page."""
    setup = _setup(visit, key)
    try:
        card = cards.finish(setup=setup, now=visit.now)
    except CardRefused as refusal:
        messages.error(visit.request, str(refusal))
    except GatewayDown:
        messages.error(visit.request, _down())
    else:
        if card is None:
            messages.warning(visit.request, _("No card was added."))
        else:
            send(sweep)
            messages.success(visit.request, _("The card %(card)s was added.") % {"card": card})
    return _back(setup.account)


@require_POST
@visited
def choose(visit: Visit, pk: int) -> HttpResponse:
    """Make a card the default."""
    card = _card(visit, pk)
    try:
        cards.choose(card=card, actor=visit.person.email, now=visit.now)
    except CardRefused as refusal:
        messages.error(visit.request, str(refusal))
    else:
        text = _("The card %(card)s is charged first from now on.")
        messages.success(visit.request, text % {"card": card})
    return _back(card.account)


@require_http_methods(["GET", "HEAD", "POST"])
@visited
def remove(visit: Visit, pk: int) -> HttpResponse:
    """Remove a card, asked once more."""
    card = _card(visit, pk)
    if visit.request.method != "POST":
        return visit.page("invoices/payments/remove.html", card.account, card=card)
    try:
        cards.remove(card=card, actor=visit.person.email, now=visit.now)
    except CardRefused as refusal:
        messages.error(visit.request, str(refusal))
    except GatewayDown:
        # It is gone here, and that is what counts: the gateway only keeps what nobody asks for.
        messages.success(visit.request, _("The card was removed."))
    else:
        messages.success(visit.request, _("The card was removed."))
    return _back(card.account)


@require_POST
@visited
def again(visit: Visit, key: str, coverage: str) -> HttpResponse:
    """Charge what is unpaid now, without waiting for the next attempt."""
    account = payable(visit, key)
    count = charging.charge_unpaid(
        account_id=account.pk, coverage=Coverage(coverage), card=None, now=visit.now
    )
    send(sweep)
    text = _("%(count)d unpaid documents are being charged.") if count else _("Nothing is unpaid.")
    messages.success(visit.request, text % {"count": count})
    return _back(account)


def _setup(visit: Visit, key: str) -> CardSetup:
    rows = CardSetup.objects.select_related("account", "card")
    return rows.get(key=key, account_id__in=visit.access.pay)


def _card(visit: Visit, pk: int) -> Card:
    card = selectors.card(access=visit.access, pk=pk)
    if card.account_id not in visit.access.pay:
        raise Card.DoesNotExist
    return card


def _down() -> str:
    return _("The payment service does not answer. Nothing was changed: try again in a minute.")


def _back(account: Account) -> HttpResponse:
    return redirect(address_of(account, "payment-cards"))
