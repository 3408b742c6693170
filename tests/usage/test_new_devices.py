"""Registering devices: all their first points at once, all of them or none."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Account
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
from usage.services.devices import DeviceRefused, NewDevice, register_devices

SINCE = datetime(2026, 10, 5, 9, tzinfo=UTC)


@pytest.fixture
def new(ten: Account) -> NewDevice:
    return NewDevice(
        key="440100000000001",
        kind="subscriber",
        coverage="japan",
        account_id=ten.pk,
        plan_id=factories.plan().pk,
        status="active",
        since=SINCE,
        tags={"name": "pump"},
        group="north",
        options=("custom_dns", "private_garden"),
    )


def test_a_device_is_registered_with_its_first_points(new: NewDevice, ten: Account) -> None:
    (device,) = register_devices(devices=[new], now=NOW)

    assert (device.key, device.coverage) == (new.key, "japan")
    owner = DeviceOwner.objects.get()
    assert (owner.device, owner.account, owner.since) == (device, ten, SINCE)
    assert (owner.recorded_at, owner.late_through) == (NOW, None)
    assert DeviceStatus.objects.get().status == "active"
    assert DevicePlan.objects.get().plan_id == new.plan_id
    label = DeviceLabel.objects.get()
    assert (label.tags, label.group) == ({"name": "pump"}, "north")
    options = DeviceOption.objects.order_by("option").values_list("option", "enabled")
    assert list(options) == [("custom_dns", True), ("private_garden", True)]
    assert Device.history.get().history_date == NOW


def test_plan_labels_and_options_may_be_absent(new: NewDevice) -> None:
    register_devices(devices=[replace(new, plan_id=None, tags={}, group="", options=())], now=NOW)

    assert not DevicePlan.objects.exists()
    assert not DeviceLabel.objects.exists()
    assert not DeviceOption.objects.exists()


def test_the_month_of_the_payer_is_bumped(new: NewDevice, agg: Account) -> None:
    register_devices(devices=[new], now=NOW)

    row = AccountMonth.objects.get()
    assert (row.account, row.month, row.version) == (agg, MONTH, 1)


def test_a_closed_month_makes_the_points_late(new: NewDevice, agg: Account) -> None:
    account_month(account=agg, state=MonthState.CLOSED)
    account_month(account=agg, month=MONTH.previous, state=MonthState.CLOSED)
    later = replace(new, key="later", since=MONTH.end)
    register_devices(devices=[new, later], now=NOW)

    owners = DeviceOwner.objects.order_by("since").values_list("late_through", flat=True)
    assert list(owners) == [MONTH, None]


REFUSED = {
    "twice in the list": (("DeviceTwice", "stands twice"), {}),
    "no zone": (("UnknownInstant", "has no time zone"), {"since": datetime(2026, 10, 1)}),  # noqa: DTZ001
    "no such plan": (("NoSuchPlan", "no such plan"), {"plan_id": 4711}),
    "plan of another kind": (("PlanDoesNotFit", "Choose a plan"), {"kind": "camera"}),
    "plan of another coverage": (("PlanDoesNotFit", "Choose a plan"), {"coverage": "global"}),
}


@pytest.mark.parametrize(("refusal", "change"), REFUSED.values(), ids=REFUSED)
def test_a_device_that_cannot_be_takes_no_other_one_along(
    new: NewDevice, refusal: tuple[str, str], change: dict[str, object]
) -> None:
    other = replace(new, **change)  # type: ignore[arg-type]
    with pytest.raises(getattr(devices, refusal[0]), match=refusal[1]):
        register_devices(devices=[new, other], now=NOW)

    assert not Device.objects.exists()


def test_a_device_that_exists_is_named(new: NewDevice) -> None:
    register_devices(devices=[new], now=NOW)

    with pytest.raises(DeviceRefused, match="440100000000001 exists already"):
        register_devices(devices=[replace(new, key="other"), new], now=NOW)
    assert Device.objects.count() == 1


def test_no_devices_are_no_work(db: None) -> None:
    assert register_devices(devices=[], now=NOW) == []


def test_the_number_of_queries_does_not_grow_with_the_devices(
    new: NewDevice, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    many = [replace(new, key=f"sim{number}") for number in range(100)]
    with django_assert_max_num_queries(30):
        register_devices(devices=many, now=NOW)
