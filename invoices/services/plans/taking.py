"""Taking a device plan: what it would mean, and the purchase.

The first plan begins when its purchase is complete (sources/004…); it is charged for the whole
month. Another one takes its place at the next first of a month, since a plan is renewed then
(rules.md Q37) and two plans in one month would be charged both (Q48).
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Account
from accounts.services import audit
from billing_portal.common.money import plain
from billing_portal.common.periods import Month
from invoices.models import PlanPurchase
from invoices.selectors.plan_standing import Standing, paid_for, standing
from invoices.selectors.plans import Offer, device_plans, offers
from invoices.services.plans import news
from invoices.services.plans.ground import check_payment
from invoices.services.plans.refusals import NotForSale, NotPaying, StaleProposal
from invoices.services.settings import SettingsRefused, Who
from invoices.services.settings.ground import check_payer, hold
from usage.models import DeviceNow, Plan
from usage.selectors.devices_list import owned_by
from usage.services.devices import Terms, Wish, change_devices, present


@dataclass(frozen=True, slots=True)
class Proposal:
    """What taking a plan would mean: from `since` on, at the price of that month."""

    offer: Offer
    standing: Standing
    since: datetime

    @property
    def month(self) -> Month:
        return Month.of(self.since)

    @property
    def is_held(self) -> bool:
        """Whether it was taken already."""
        return self.standing.latest == self.offer.plan

    @property
    def version(self) -> str:
        """Changes with all that was shown: a form says by it what was agreed to."""
        held = [one and one.pk for one in (self.standing.current, self.standing.coming)]
        start = "now" if self.standing.is_first else self.month.iso
        shown = (self.offer.plan.code, start, self.offer.presented, self.offer.tax_rate, held)
        return sha256(repr(shown).encode()).hexdigest()[:16]


def propose(*, account: Account, plan: Plan, now: datetime) -> Proposal:
    """Say what taking a plan would mean. Raises NotForSale."""
    found = standing(account=account, plan=plan, now=now)
    if found is None:
        raise NotForSale
    running = Month.of(now)
    since = now if found.is_first else running.next.start
    for_sale = offers(account=account, coverage=plan.coverage, month=Month.of(since))
    offer = next((one for one in for_sale if one.plan == plan), None)
    if offer is None:
        raise NotForSale
    return Proposal(offer, found, since)


def take(*, account: Account, plan: Plan, shown: str, who: Who) -> PlanPurchase | None:
    """Take a plan as it was shown; None if it was taken already. Raises a PlanRefused."""
    with transaction.atomic():
        members = paid_for(account=account, month=who.month)
        present.lock(device_ids=_devices(members, plan).values_list("pk", flat=True))
        held = hold(account=account, who=who)
        proposal = propose(account=account, plan=plan, now=who.now)
        if proposal.is_held:
            return None
        try:
            check_payer(held)
        except SettingsRefused as refusal:
            raise NotPaying(str(refusal)) from refusal
        check_payment(held=held, coverage=plan.coverage, now=who.now)
        if proposal.version != shown:
            raise StaleProposal
        purchase = _enter(proposal, held.account, who)
        moved = _move(members, purchase, who.now)
        _audit(purchase, moved, who)
        news.taken(purchase, who=who)
    return purchase


def _enter(proposal: Proposal, account: Account, who: Who) -> PlanPurchase:
    return PlanPurchase.objects.create(
        account=account,
        plan=proposal.offer.plan,
        since=proposal.since,
        prices=proposal.offer.presented,
        tax_rate=proposal.offer.tax_rate,
        purchased_at=who.now,
        purchased_by=who.actor,
    )


def _devices(members: list[int], plan: Plan) -> QuerySet[DeviceNow]:
    """What the plan will hold for: devices of its kind on another device plan, or on none."""
    rows = owned_by(members).filter(coverage=plan.coverage, kind=plan.kind)
    return rows.filter(Q(plan__in=device_plans()) | Q(plan=None)).order_by("key")


def _move(members: list[int], purchase: PlanPurchase, now: datetime) -> int:
    """Put all devices on the plan from then on; return how many of them can be."""
    keys = _devices(members, purchase.plan).values_list("key", flat=True)
    wishes = [Wish(key=key, since=purchase.since, plan=purchase.plan) for key in keys]
    outcomes = change_devices(wishes=wishes, terms=Terms(now=now, within=frozenset(members)))
    return sum(not outcome.reason for outcome in outcomes)


def _audit(purchase: PlanPurchase, devices: int, who: Who) -> None:
    audit.record(
        actor=who.actor,
        action="plan.take",
        now=who.now,
        account_key=purchase.account.key,
        subject=purchase.plan.code,
        detail={
            "since": purchase.since.isoformat(),
            "prices": purchase.prices,
            "tax_rate": plain(purchase.tax_rate),
            "devices": devices,
        },
    )
