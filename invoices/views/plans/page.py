"""The page of device plans, and taking one."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Account
from accounts.tasks import mail
from accounts.views.visit import Visit, address_of, visited
from billing_portal.common.dispatch import send
from billing_portal.common.parts.figures import day
from billing_portal.common.parts.shapes import Event
from billing_portal.common.periods import Month
from invoices.models import PlanPurchase
from invoices.rating.vocabulary import CURRENCY
from invoices.selectors.paying import paying
from invoices.selectors.plan_standing import Standing, purchases, standings
from invoices.selectors.plans import Offer, offers
from invoices.services.plans import PlanRefused, ground, taking
from invoices.services.plans.refusals import NotForSale, PaymentNeeded, StaleProposal
from invoices.services.plans.taking import Proposal
from invoices.services.settings import Who
from invoices.views.settings.asked import payable, who
from usage.models import Plan

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Shelf:
    """The plans for one kind of device in one coverage, at the prices of `month`."""

    standing: Standing
    month: Month
    offers: list[Offer]


@require_GET
@visited
def page(visit: Visit) -> HttpResponse:
    """Which device plan do we have, what does it cost, and which others are there?"""
    account = visit.account(visit.payers)
    if account is None:
        return visit.page("accounts/no_billing.html", None, report=None, title=_("Plans"))
    shelves = _shelves(account, visit.now)
    return visit.page(
        "invoices/plans/page.html",
        account,
        among=visit.payers,
        title=_("Plans"),
        shelves=shelves,
        events=[_event(purchase) for purchase in purchases(account=account)[:SHOWN]],
        may_take=account.pk in visit.access.pay and visit.viewing is None,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@visited
def take(visit: Visit, key: str, code: str) -> HttpResponse:
    """Take a plan, after saying from when on it holds, what it costs and what that means."""
    account = payable(visit, key)
    plan = Plan.objects.get(code=code)
    problem: PlanRefused | None = None
    if visit.request.method == "POST":
        try:
            shown = visit.request.POST.get("shown", "")
            taken = taking.take(account=account, plan=plan, shown=shown, who=who(visit))
        except PlanRefused as refusal:
            problem = refusal
        else:
            return _done(visit, account, taken)
    try:
        proposal = taking.propose(account=account, plan=plan, now=visit.now)
    except NotForSale as refusal:
        raise Plan.DoesNotExist from refusal
    if proposal.is_held:
        return _done(visit, account, None)
    return _confirm(visit, account, proposal, problem or _why_not(account, proposal, who(visit)))


def _done(visit: Visit, account: Account, taken: PlanPurchase | None) -> HttpResponse:
    if taken is None:
        messages.info(visit.request, _("You have taken this plan already."))
    else:
        send(mail.sweep)
        said = {"plan": taken.plan.name or taken.plan.code, "day": day(taken.since)}
        if taken.since <= visit.now:
            text = _("The purchase is complete: %(plan)s holds from now on.")
        else:
            text = _("The purchase is complete: %(plan)s holds from %(day)s on.")
        messages.success(visit.request, text % said)
    return redirect(address_of(account, "plans"))


def _confirm(
    visit: Visit, account: Account, proposal: Proposal, problem: PlanRefused | None
) -> HttpResponse:
    return visit.page(
        "invoices/plans/take.html",
        account,
        proposal=proposal,
        offer=proposal.offer,
        problem=problem,
        needs_payment=isinstance(problem, PaymentNeeded),
        may_confirm=problem is None or isinstance(problem, StaleProposal),
    )


def _why_not(account: Account, proposal: Proposal, asks: Who) -> PlanRefused | None:
    """What would be refused of the purchase, said before anybody presses the button."""
    held = paying(account=account, month=asks.month)
    try:
        ground.check_payment(held=held, coverage=proposal.offer.plan.coverage, now=asks.now)
    except PlanRefused as refusal:
        return refusal
    return None


def _event(purchase: PlanPurchase) -> Event:
    said = {"who": purchase.purchased_by, "day": day(purchase.since)}
    text = _("From %(day)s on, by %(who)s")
    if len(purchase.prices) == 1:
        said |= {**purchase.prices[0], "currency": CURRENCY[purchase.plan.coverage]}
        text = _(
            "From %(day)s on, by %(who)s. %(net)s %(currency)s a device and month,"
            " %(gross)s with tax"
        )
    title = _("Taken: %s") % (purchase.plan.name or purchase.plan.code)
    return Event(at=purchase.purchased_at, title=title, text=text % said)


def _shelves(account: Account, now: datetime) -> list[Shelf]:
    """What is for sale or held, each with the prices of the month in which it would begin."""
    found: list[Shelf] = []
    known: dict[tuple[str, Month], list[Offer]] = {}
    running = Month.of(now)
    for standing in standings(account=account, now=now):
        month = running if standing.is_first else running.next
        place = (standing.coverage, month)
        if place not in known:
            known[place] = offers(account=account, coverage=standing.coverage, month=month)
        sold = [one for one in known[place] if one.plan.kind == standing.kind]
        if sold or standing.current or standing.given:
            found.append(Shelf(standing, month, sold))
    return found
