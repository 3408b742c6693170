"""Devices on device plans, by their customers: added, and switched between active and inactive.

A registered device is never removed (sources/004…): an inactive one is not charged.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.services import audit
from invoices.selectors.plan_standing import on_device_plans, standing
from invoices.services.plans.ground import check_features, payer_of
from invoices.services.plans.refusals import NoPlanForIt, PlanRefused
from usage.choices import Status
from usage.models import Device, DeviceNow, Plan
from usage.services.devices import (
    DeviceExists,
    NewDevice,
    Outcome,
    Terms,
    Wish,
    change_devices,
    register_devices,
)
from usage.services.devices.labels import check_key

SWITCHED = frozenset({Status.ACTIVE.value, Status.INACTIVE.value})
"""Between these customers switch; all other statuses are for staff."""
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class KeyTaken(PlanRefused):
    """Another device has this id."""

    def __init__(self, key: str) -> None:
        text = _("There is a device %(key)s already. Choose another id.")
        super().__init__(text % {"key": key}, "key")


def new_key() -> str:
    """An id that nobody guesses and everybody can read aloud: `K3QF-7T2M-9XBC`."""
    parts = ("".join(secrets.choice(LETTERS) for _letter in range(4)) for _part in range(3))
    return "-".join(parts)


def add(*, account: Account, plan: Plan, key: str, name: str, actor: str, now: datetime) -> Device:
    """Register a device on a plan that the account has: active from now on, when it has its key.

    Raises PlanRefused, and DeviceRefused for an id or a name that cannot be.
    """
    check_key(key=key)
    with transaction.atomic():
        payer = payer_of(account=account, now=now)
        # Nobody takes another plan meanwhile: see taking.take.
        Account.objects.select_for_update(no_key=True).get(pk=payer.pk)
        check_features(account_ids={account.pk, payer.pk})
        held = standing(account=payer, plan=plan, now=now)
        if held is None or plan not in held.usable:
            raise NoPlanForIt(_("The plan was changed meanwhile. Choose it again."), "plan")
        device = _register(account, plan, key, name, now)
        if held.coming is not None:
            wish = Wish(key=key, since=held.coming.since, plan=held.coming.plan)
            change_devices(wishes=[wish], terms=Terms(now=now))
        audit.record(
            actor=actor,
            action="device.add",
            now=now,
            account_key=account.key,
            subject=key,
            detail={"kind": plan.kind, "coverage": plan.coverage, "plan": plan.code, "name": name},
        )
    return device


def switch(
    *, keys: Sequence[str], status: Status, within: frozenset[int], actor: str, now: datetime
) -> list[Outcome]:
    """Switch devices of these accounts from now on, each audited, and tell what became of each.

    Those that are not theirs, or on no device plan, are left out. Raises FeaturesOff where one
    would become active for an account whose features are off.
    """
    if status not in SWITCHED:
        raise ValueError(f"{status} is no status for customers.")
    check_switch(keys=keys, status=status, within=within, now=now)
    rows = _switched(keys, within)
    wishes = [Wish(key=row.key, since=now, status=status, only_from=SWITCHED) for row in rows]
    terms = Terms(now=now, within=within, actor=actor, action="device.status")
    return change_devices(wishes=wishes, terms=terms)


def check_switch(
    *, keys: Sequence[str], status: Status, within: frozenset[int], now: datetime
) -> None:
    """Raise FeaturesOff where these devices may not become active."""
    if status == Status.ACTIVE:
        owners = {row.account for row in _switched(keys, within) if row.account is not None}
        payers = {payer_of(account=owner, now=now) for owner in owners}
        check_features(account_ids={account.pk for account in owners | payers})


def _register(account: Account, plan: Plan, key: str, name: str, now: datetime) -> Device:
    new = NewDevice(
        key=key,
        kind=plan.kind,
        coverage=plan.coverage,
        account_id=account.pk,
        plan_id=plan.pk,
        status=Status.ACTIVE,
        since=now,
        name=name,
    )
    try:
        (device,) = register_devices(devices=[new], now=now)
    except DeviceExists as refusal:
        raise KeyTaken(key) from refusal
    return device


def _switched(keys: Sequence[str], within: frozenset[int]) -> QuerySet[DeviceNow]:
    """Those of the devices that are theirs and on a device plan."""
    rows = on_device_plans(accounts=within).filter(key__in=keys)
    return rows.select_related("account")
