"""Whatever comes late, in whatever order: in the end as much is billed as if all had been in time.

Random fleets under the default catalogue, with free tiers, rounding up, tiers and the long-term
discount; the same for the same seed.
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from accounts.models import Account
from billing_portal.common.money import CONTEXT
from billing_portal.common.periods import Month
from invoices.models import Bill, BillItem
from invoices.services.credits import contracts
from invoices.services.credits.contracts import ContractWish
from invoices.services.verification import closed_bills, faults_of
from tests import factories
from tests.factories import MONTH
from tests.invoices.bills import fleets, late, shop
from tests.once import first_on_both
from usage.models import Device, Plan
from usage.services.devices import (
    NewDevice,
    register_devices,
    set_option,
    set_plan,
    set_status,
)

LAST = MONTH.plus(2)
"""Facts are of October to December; the latest come two months later."""
Fact = tuple[Month, Callable[[Account, Month], None]]
"""The month of a fact, and what writes it for an account, when a month is about to be closed."""


@pytest.fixture(autouse=True)
def _open_shop(db: None) -> None:
    """The whole default catalogue instead of the small one."""
    fleets.open_catalogue()


def facts(dice: Random) -> list[Fact]:
    """A SIM and what happens to it, and perhaps a contract."""
    found = _sim(0, dice)
    if dice.random() < 0.5:
        found.append(_contract(dice))
    return found


def _sim(place: int, dice: Random) -> list[Fact]:
    code = dice.choice(["plan-D", "plan-K"])

    def register(account: Account, at: Month) -> None:
        new = NewDevice(
            key=f"{account.key}-{place}",
            kind="subscriber",
            coverage=shop.JAPAN,
            account_id=account.pk,
            plan_id=Plan.objects.get(code=code).pk,
            status="active",
            since=MONTH.start,
        )
        register_devices(devices=[new], now=late.after(at))

    return [(MONTH, register)] + [_fact(place, dice) for _number in range(dice.randint(1, 6))]


def _fact(place: int, dice: Random) -> Fact:
    minute = dice.randrange(1, 92 * 24 * 60)
    since = MONTH.start + timedelta(minutes=minute)
    kind, status = dice.randrange(5), dice.choice(fleets.STATUSES[:5])
    plan, quantity = dice.choice(["plan-D", "plan-K"]), dice.choice([1, 250_000, 40 * 1024**2])
    enabled, meter = dice.random() < 0.7, dice.choice(fleets.METERS[:3])

    def write(account: Account, at: Month) -> None:
        device = Device.objects.get(key=f"{account.key}-{place}")
        given: dict[str, Any] = {"device": device, "since": since, "now": late.after(at)}
        match kind:
            case 0:
                set_status(status=status, **given)
            case 1:
                set_option(option="custom_dns", enabled=enabled, **given)
            case 2:
                set_plan(plan=Plan.objects.get(code=plan), **given)
            case _:
                late.record(device, account, meter, quantity=quantity, at=since)

    return Month.of(since), write


def _contract(dice: Random) -> Fact:
    first, units = MONTH.plus(dice.randrange(3)), dice.randint(1, 2)

    def begin(account: Account, at: Month) -> None:
        wish = ContractWish(
            account=account,
            coverage=shop.JAPAN,
            item=BillItem.objects.get(rule="contract_units"),
            units=units,
            first_month=first,
        )
        contracts.begin(wish=wish, actor="test", now=late.after(at), late=True)

    return first, begin


def total(account: Account) -> Decimal:
    """All that was charged, without credit that is still carried."""
    found = Decimal(0)
    for bill in Bill.objects.filter(account=account).order_by("month"):
        found = CONTEXT.add(found, bill.net)
    return CONTEXT.subtract(found, late.carried(bill))


@pytest.mark.parametrize("seed", first_on_both(range(5)))
def test_late_facts_are_billed_as_if_they_had_been_in_time(seed: int) -> None:
    dice = Random(seed)
    in_time, behind = (factories.account(key=key) for key in ("IN-TIME", "BEHIND"))
    told = facts(dice)
    delays = [0, *(dice.choice([0, 0, 1, 2]) for _fact in told[1:])]
    for month in (MONTH.plus(number) for number in range(5)):
        for own, write in told:
            if own == month:
                write(in_time, month)
        for (own, write), delay in zip(told, delays, strict=True):
            if own.plus(delay) == month:
                write(behind, month)
        late.close(month)
    assert total(behind) == total(in_time)
    assert [fault for bill in closed_bills() for fault in faults_of(bill)] == []
