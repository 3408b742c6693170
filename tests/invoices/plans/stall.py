"""A stall with two device plans: standard at 100 JPY and professional at 300, tax a tenth."""

from datetime import datetime
from typing import Any

from accounts.models import Account
from invoices.models import PlanPurchase
from invoices.selectors.plan_standing import standing
from invoices.services.plans import taking
from invoices.services.settings import Who
from tests import factories, payment_factories
from tests.portal.months import NOW
from usage.models import Device, DeviceNow, DevicePlan, Plan

CUSTOMER = Who("clerk@example.com", NOW)
DECEMBER = "2026-12-01T00:00:00+00:00"
KIND: dict[str, Any] = {"kind": "thing", "coverage": "japan"}


def open_stall(*, rule: str = "peak_active") -> tuple[Plan, Plan]:
    """The seller, the tax, and both plans."""
    factories.tax_rate()
    factories.issuer()
    return plans_on_sale(rule=rule)


def plans_on_sale(*, rule: str = "peak_active") -> tuple[Plan, Plan]:
    """An item that charges both plans, and its prices."""
    plans = [
        factories.plan(code="standard", name="Standard", **KIND),
        factories.plan(code="pro", name="Professional", **KIND),
    ]
    item = factories.bill_item(
        code="devicePlan",
        name="devicePlan-{variant}",
        rule=rule,
        device_kind="thing",
        unit="devices",
        inputs={"statuses": ["active"], "plans": [plan.code for plan in plans]},
    )
    for plan, price in zip(plans, ("100", "300"), strict=True):
        factories.price(item=item, plan=plan, unit_price=price)
    standard, pro = plans
    return standard, pro


def thing(account: Account, key: str, plan: Plan | None = None, **fields: Any) -> Device:
    return factories.device(account=account, key=key, plan=plan, **KIND, **fields)


def take(account: Account, plan: Plan, *, who: Who = CUSTOMER) -> PlanPurchase | None:
    """Take a plan as it is shown now; the account has a card."""
    if not account.cards.exists():
        payment_factories.card(account=account)
    shown = taking.propose(account=account, plan=plan, now=who.now).version
    return taking.take(account=account, plan=plan, shown=shown, who=who)


def plans_of(key: str) -> list[tuple[str, str]]:
    """The history of the plan of a device, and from when on."""
    rows = DevicePlan.objects.filter(device__key=key).order_by("since")
    return [(plan, since.isoformat()) for plan, since in rows.values_list("plan__code", "since")]


def held(account: Account, plan: Plan, *, now: datetime = NOW) -> tuple[str, str]:
    """Which plan the account has, and which one comes."""
    found = standing(account=account, plan=plan, now=now)
    assert found is not None
    names = (one.plan.code if one else "" for one in (found.current, found.coming))
    current, coming = names
    return current, coming


def status(key: str) -> str:
    return DeviceNow.objects.get(key=key).status
