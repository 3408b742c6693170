"""What switching devices between active and inactive would mean, in money as well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.access import Access
from accounts.selectors.tree import tree_in
from billing_portal.common.periods import Month
from invoices.rating.vocabulary import QuantityRule
from invoices.selectors.plan_standing import on_device_plans
from invoices.selectors.plans import Offer, device_plans, offers
from usage.choices import Status
from usage.models import DeviceNow, Plan


@dataclass(frozen=True, slots=True)
class OfPlan:
    """A plan of which devices would be switched; `offer` is its price in the next month, None if
    there is none or it may not be told: tenants see no money.
    """

    plan: Plan
    rule: QuantityRule
    offer: Offer | None


@dataclass(frozen=True, slots=True)
class Switch:
    """Devices that would be switched `to` a status, how many have it, and how many are left out.

    Left out are those in a status that only staff change, and those on no device plan.
    """

    to: Status
    ready: Sequence[DeviceNow]
    same: int
    left: int
    plans: Sequence[OfPlan]
    month: Month


def switch_of(*, access: Access, keys: Sequence[str], to: Status, now: datetime) -> Switch:
    """What becomes of these devices, as far as the person manages their accounts."""
    other = Status.INACTIVE if to == Status.ACTIVE else Status.ACTIVE
    rows = on_device_plans(accounts=access.manage).filter(key__in=keys).order_by("key")
    found = list(rows.select_related("account", "plan"))
    ready = [row for row in found if row.status == other]
    same = sum(row.status == to for row in found)
    return Switch(
        to=to,
        ready=ready,
        same=same,
        left=len(set(keys)) - len(ready) - same,
        plans=_plans(access, ready, Month.of(now)),
        month=Month.of(now),
    )


def _plans(access: Access, ready: Sequence[DeviceNow], month: Month) -> list[OfPlan]:
    known = device_plans()
    plans = {row.plan_id: known[row.plan_id] for row in ready if row.plan_id in known}
    payers = tree_in(month=month).payers()
    told = all(payers.get(row.account_id or 0) in access.money for row in ready)
    owner = next((row.account for row in ready if row.account is not None), None)
    prices: dict[Plan, Offer] = {}
    if told and owner is not None:
        for coverage in {one.plan.coverage for one in plans.values()}:
            sold = offers(account=owner, coverage=coverage, month=month.next)
            prices |= {one.plan: one for one in sold}
    ordered = sorted(plans.values(), key=lambda one: one.plan.code)
    return [OfPlan(one.plan, one.rule, prices.get(one.plan)) for one in ordered]
