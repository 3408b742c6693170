"""Devices on device plans: customers add them, and switch them between active and inactive."""

import pytest

from accounts.models import Account, AuditEntry
from invoices.services.plans import devices
from invoices.services.plans.devices import KeyTaken
from invoices.services.plans.refusals import FeaturesOff, NoPlanForIt
from tests import factories
from tests.invoices.plans import stall
from tests.invoices.plans.stall import DECEMBER, plans_of, status, take
from tests.portal.months import NOW
from usage.choices import Status
from usage.models import AccountMonth, Device, DeviceNow, Plan
from usage.services.devices import Outcome, Result

pytestmark = pytest.mark.django_db
ACTOR = "clerk@example.com"


@pytest.fixture
def plans() -> tuple[Plan, Plan]:
    return stall.open_stall()


def add(account: Account, plan: Plan, key: str = "lamp") -> Device:
    return devices.add(account=account, plan=plan, key=key, name="Lamp", actor=ACTOR, now=NOW)


def switch(account: Account, *keys: str, to: Status = Status.INACTIVE) -> list[Outcome]:
    within = frozenset({account.pk})
    return devices.switch(keys=keys, status=to, within=within, actor=ACTOR, now=NOW)


def test_an_added_device_is_active_at_once(agg: Account, plans: tuple[Plan, Plan]) -> None:
    take(agg, plans[0])
    add(agg, plans[0])
    row = DeviceNow.objects.get(key="lamp")
    assert (row.account, row.name, row.status, row.status_since) == (agg, "Lamp", "active", NOW)
    assert plans_of("lamp") == [("standard", NOW.isoformat())]
    assert AuditEntry.objects.get(action="device.add").subject == "lamp"
    assert AccountMonth.objects.filter(account=agg).exists()


def test_it_is_on_the_plan_that_comes_from_then_on(agg: Account, plans: tuple[Plan, Plan]) -> None:
    standard, pro = plans
    take(agg, standard)
    take(agg, pro)
    add(agg, standard)
    assert plans_of("lamp") == [("standard", NOW.isoformat()), ("pro", DECEMBER)]


def test_a_tenant_adds_on_the_plan_of_who_pays(
    agg: Account, ten: Account, plans: tuple[Plan, Plan]
) -> None:
    take(agg, plans[0])
    add(ten, plans[0])
    assert DeviceNow.objects.get(key="lamp").account == ten


def test_without_the_plan_nothing_is_added(agg: Account, plans: tuple[Plan, Plan]) -> None:
    standard, pro = plans
    take(agg, standard)
    with pytest.raises(NoPlanForIt):
        add(agg, pro)


def test_an_id_is_given_once(agg: Account, stray: Account, plans: tuple[Plan, Plan]) -> None:
    take(agg, plans[0])
    stall.thing(stray, "lamp")
    with pytest.raises(KeyTaken):
        add(agg, plans[0])


def test_made_ids_differ() -> None:
    made = {devices.new_key() for _time in range(100)}
    assert len(made) == 100
    assert {len(key) for key in made} == {14}


def test_switching_holds_from_now_on_and_is_audited(agg: Account, plans: tuple[Plan, Plan]) -> None:
    stall.thing(agg, "lamp", plans[0])
    assert [one.result for one in switch(agg, "lamp")] == [Result.CHANGED]
    row = DeviceNow.objects.get(key="lamp")
    assert (row.status, row.status_since) == ("inactive", NOW)
    entry = AuditEntry.objects.get(action="device.status")
    assert (entry.actor, entry.account_key, entry.detail) == (ACTOR, "AGG", {"status": "inactive"})
    assert [one.result for one in switch(agg, "lamp")] == [Result.UNCHANGED]
    assert [one.result for one in switch(agg, "lamp", to=Status.ACTIVE)] == [Result.CHANGED]


def test_what_is_not_theirs_or_on_no_device_plan_stays(
    agg: Account, stray: Account, plans: tuple[Plan, Plan]
) -> None:
    stall.thing(stray, "foreign", plans[0])
    stall.thing(agg, "bare")
    factories.device(account=agg, key="sim")
    assert switch(agg, "foreign", "bare", "sim", "nowhere") == []
    assert status("foreign") == status("bare") == status("sim") == "active"


def test_what_staff_set_is_for_staff_to_change(agg: Account, plans: tuple[Plan, Plan]) -> None:
    stall.thing(agg, "lamp", plans[0], status="terminated")
    (outcome,) = switch(agg, "lamp", to=Status.ACTIVE)
    assert (outcome.result, status("lamp")) == (Result.REJECTED, "terminated")
    assert "which our staff change" in outcome.reason


@pytest.mark.parametrize("stopped", ["AGG", "TEN"])
def test_who_is_stopped_switches_off_only(
    agg: Account, ten: Account, plans: tuple[Plan, Plan], stopped: str
) -> None:
    take(agg, plans[0])
    stall.thing(ten, "lamp", plans[0])
    Account.objects.filter(key=stopped).update(features_enabled=False)
    switch(ten, "lamp")
    assert status("lamp") == "inactive"
    with pytest.raises(FeaturesOff):
        switch(ten, "lamp", to=Status.ACTIVE)
    with pytest.raises(FeaturesOff):
        add(ten, plans[0], "pump")
