"""Histories of devices: what a point writes, whose months it bumps, and when it is refused."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from accounts.models import Account
from billing_portal.common.changes import ChangePoint
from billing_portal.common.periods import Month
from tests import factories
from tests.factories import MONTH, NOW, account_month
from usage.choices import MonthState
from usage.models import (
    AccountMonth,
    Device,
    DeviceLabel,
    DeviceOption,
    DeviceOwner,
    DevicePlan,
    DeviceStatus,
)
from usage.services import devices
from usage.services.devices import (
    DeviceNotThere,
    PlanDoesNotFit,
    PointClosed,
    UnknownInstant,
    set_option,
    set_owner,
    set_plan,
    set_status,
)

SINCE = datetime(2026, 10, 20, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 10, 20, tzinfo=UTC)
LATER = datetime(2026, 10, 21, tzinfo=UTC)


class Case(NamedTuple):
    """A setter, the model it writes, and two different values."""

    setter: str
    model: type[ChangePoint]
    first: dict[str, Any]
    other: dict[str, Any]

    def set(self, device: Device, values: dict[str, Any]) -> None:
        setter: Callable[..., None] = getattr(devices, self.setter)
        setter(device=device, since=SINCE, now=NOW, **values)

    def point(self) -> ChangePoint:
        return self.model._default_manager.get()


DNS = {"option": "custom_dns"}
NORTH = {"group": "north"}
CASES = {
    "status": Case("set_status", DeviceStatus, {"status": "inactive"}, {"status": "suspended"}),
    "option": Case("set_option", DeviceOption, DNS | {"enabled": True}, DNS | {"enabled": False}),
    "labels": Case(
        "set_labels", DeviceLabel, NORTH | {"tags": {"name": "a"}}, NORTH | {"tags": {}}
    ),
}
each_setter = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


@pytest.fixture
def sim(ten: Account) -> Device:
    return factories.device(account=ten, status=None)


def _versions(account: Account, coverage: str = "japan") -> dict[str, int]:
    rows = AccountMonth.objects.filter(account=account, coverage=coverage)
    return {row.month.iso: row.version for row in rows}


@each_setter
def test_a_point_is_written_and_bumps_the_payer(sim: Device, agg: Account, case: Case) -> None:
    case.set(sim, case.first)

    point = case.point()
    assert {field: getattr(point, field) for field in case.first} == case.first
    assert (point.since, point.recorded_at, point.late_through) == (SINCE, NOW, None)
    assert _versions(agg) == {"2026-10": 1}


@each_setter
def test_the_same_value_at_the_same_instant_is_nothing(
    sim: Device, agg: Account, case: Case
) -> None:
    case.set(sim, case.first)
    case.set(sim, case.first)

    assert case.model._default_manager.count() == 1
    assert _versions(agg) == {"2026-10": 1}


@each_setter
def test_another_value_at_the_same_instant_replaces_it(
    sim: Device, agg: Account, case: Case
) -> None:
    case.set(sim, case.first)
    case.set(sim, case.other)

    point = case.point()
    assert {field: getattr(point, field) for field in case.other} == case.other
    assert _versions(agg) == {"2026-10": 2}


@each_setter
def test_another_value_is_refused_once_the_month_is_closed(
    sim: Device, agg: Account, case: Case
) -> None:
    case.set(sim, case.first)
    AccountMonth.objects.update(state=MonthState.CLOSED)

    with pytest.raises(PointClosed, match="2026-10 was closed"):
        case.set(sim, case.other)
    case.set(sim, case.first)
    assert _versions(agg) == {"2026-10": 1}


def test_options_have_histories_of_their_own(sim: Device) -> None:
    for option in ("custom_dns", "private_garden"):
        set_option(device=sim, option=option, enabled=True, since=SINCE, now=NOW)

    assert DeviceOption.objects.count() == 2


def test_every_later_month_is_bumped_and_no_earlier_one(sim: Device, agg: Account) -> None:
    for number in (-1, 1, 3):
        account_month(account=agg, month=MONTH.plus(number))
    account_month(account=agg, coverage="global")
    set_status(device=sim, status="inactive", since=SINCE, now=NOW)

    assert _versions(agg) == {"2026-09": 0, "2026-10": 1, "2026-11": 1, "2027-01": 1}
    assert _versions(agg, "global") == {"2026-10": 0}


LATE = {
    "nothing closed": ([], None),
    "closed before": ([MONTH.previous], None),
    "closed": ([MONTH.previous, MONTH], MONTH),
    "closed beyond": ([MONTH, MONTH.next], MONTH.next),
}


@pytest.mark.parametrize(("closed", "late_through"), LATE.values(), ids=LATE)
def test_a_point_in_a_closed_month_is_late(
    sim: Device, agg: Account, closed: list[Month], late_through: Month | None
) -> None:
    for month in closed:
        account_month(account=agg, month=month, state=MonthState.CLOSED)
    set_status(device=sim, status="inactive", since=SINCE, now=NOW)

    assert DeviceStatus.objects.get().late_through == late_through


def test_a_new_owner_bumps_both_payers(sim: Device, agg: Account, stray: Account) -> None:
    set_owner(device=sim, account=stray, since=MIDNIGHT, now=NOW)

    assert list(DeviceOwner.objects.order_by("since").values_list("account", flat=True))[1:] == [
        stray.pk
    ]
    assert (_versions(agg), _versions(stray)) == ({"2026-10": 1}, {"2026-10": 1})


def test_the_later_owner_of_a_device_is_bumped_too(
    sim: Device, agg: Account, stray: Account
) -> None:
    set_owner(device=sim, account=stray, since=LATER, now=NOW)
    set_status(device=sim, status="inactive", since=SINCE, now=NOW)

    assert (_versions(agg), _versions(stray)) == ({"2026-10": 2}, {"2026-10": 2})


def test_the_owner_before_is_left_alone(sim: Device, agg: Account, stray: Account) -> None:
    set_owner(device=sim, account=stray, since=MIDNIGHT, now=NOW)
    set_status(device=sim, status="inactive", since=LATER, now=NOW)

    assert (_versions(agg), _versions(stray)) == ({"2026-10": 1}, {"2026-10": 2})


def test_of_two_payers_the_one_closed_further_makes_it_late(
    sim: Device, agg: Account, stray: Account
) -> None:
    account_month(account=agg, state=MonthState.CLOSED)
    set_owner(device=sim, account=stray, since=MIDNIGHT, now=NOW)

    assert DeviceOwner.objects.get(account=stray).late_through == MONTH


def test_who_pays_in_a_later_month_is_bumped_there(sim: Device, ten: Account) -> None:
    factories.placement(account=ten, since=MONTH.next.first_day, parent=None, is_billing=True)
    account_month(account=ten, month=MONTH.next)
    set_status(device=sim, status="inactive", since=SINCE, now=NOW)

    assert _versions(ten)["2026-11"] == 1


def test_an_owner_may_come_before_all_others(sim: Device, stray: Account) -> None:
    early = datetime(2025, 12, 1, tzinfo=UTC)
    factories.placement(account=stray, since=early.date())
    set_owner(device=sim, account=stray, since=early, now=NOW)

    assert DeviceOwner.objects.order_by("since")[0].account == stray


def test_nothing_else_may(sim: Device) -> None:
    with pytest.raises(DeviceNotThere, match="has no owner yet"):
        set_status(device=sim, status="active", since=datetime(2025, 12, 1, tzinfo=UTC), now=NOW)


def test_an_instant_needs_a_zone(sim: Device) -> None:
    with pytest.raises(UnknownInstant):
        set_status(device=sim, status="active", since=datetime(2026, 10, 1), now=NOW)  # noqa: DTZ001


@pytest.mark.parametrize("fields", [{"coverage": "global"}, {"kind": "camera"}])
def test_a_plan_must_fit(sim: Device, fields: dict[str, str]) -> None:
    with pytest.raises(PlanDoesNotFit):
        set_plan(device=sim, plan=factories.plan(**fields), since=SINCE, now=NOW)


def test_a_plan_is_set(sim: Device) -> None:
    plan = factories.plan()
    set_plan(device=sim, plan=plan, since=SINCE, now=NOW)

    assert DevicePlan.objects.get().plan == plan
