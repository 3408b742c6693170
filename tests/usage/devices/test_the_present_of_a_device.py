"""The row of the present says what the points say, after whatever was written."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Account
from tests import factories
from tests.factories import LONG_AGO, NOW
from usage.models import (
    Device,
    DeviceLabel,
    DeviceNow,
    DeviceOption,
    DeviceOwner,
    DevicePlan,
    DeviceStatus,
    Plan,
)
from usage.services.devices import (
    NewDevice,
    Terms,
    Wish,
    change_devices,
    register_devices,
    set_labels,
    set_option,
    set_owner,
    set_plan,
    set_status,
)
from usage.services.devices.present import refresh, refresh_due

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MIDNIGHT = NOW.replace(hour=0)


def said(device: Device, at: datetime) -> dict[str, Any]:
    """What the points say at an instant, found one by one."""

    def last(model: Any, column: str, **only: Any) -> Any:
        points = model.objects.filter(device=device, since__lte=at, **only)
        return points.order_by("since").values_list(column, flat=True).last()

    options = DeviceOption.objects.filter(device=device).values_list("option", flat=True)
    return {
        "account_id": last(DeviceOwner, "account_id"),
        "plan_id": last(DevicePlan, "plan_id"),
        "status": last(DeviceStatus, "status") or "",
        "options": sorted({o for o in options if last(DeviceOption, "enabled", option=o)}),
        "tags": last(DeviceLabel, "tags") or {},
        "group": last(DeviceLabel, "group") or "",
    }


def standing(device: Device) -> dict[str, Any]:
    columns = ("account_id", "plan_id", "status", "options", "tags", "group")
    return dict(DeviceNow.objects.values(*columns).get(device=device))


def _writes(accounts: list[Account], plans: list[Plan]) -> list[Callable[..., object]]:
    """Everything that can be written about a device, each with values by chance."""
    return [
        lambda chance, **at: set_status(status=chance.choice(["active", "inactive"]), **at),
        lambda chance, **at: set_plan(plan=chance.choice(plans), **at),
        lambda chance, **at: set_owner(account=chance.choice(accounts), **at),
        lambda chance, **at: set_option(
            option=chance.choice("ab"), enabled=chance.random() < 0.5, **at
        ),
        lambda chance, **at: set_labels(
            tags={"site": chance.choice("xyz")}, group=chance.choice(["", "north"]), **at
        ),
    ]


@pytest.mark.parametrize("seed", range(12))
def test_it_says_what_the_points_say(seed: int, agg: Account, stray: Account) -> None:
    chance, now = random.Random(seed), NOW
    writes = _writes([agg, stray], [factories.plan(), factories.plan()])
    (device,) = register_devices(devices=[_new(agg, since=LONG_AGO)], now=now)

    for _step in range(12):
        since = MIDNIGHT + chance.randint(-20, 20) * DAY
        chance.choice(writes)(chance, device=device, since=since, now=now)
        assert standing(device) == said(device, now)
        if chance.random() < 0.3:
            now += chance.randint(1, 5) * DAY
            refresh_due(now=now)
            assert standing(device) == said(device, now)


@pytest.mark.parametrize("seed", range(12))
def test_it_does_so_after_many_changes_at_once(seed: int, agg: Account, stray: Account) -> None:
    chance = random.Random(seed)
    devices = register_devices(
        devices=[_new(agg, key=key, since=LONG_AGO) for key in "abc"], now=NOW
    )
    for _step in range(4):
        wishes = [_wish(chance, [agg, stray]) for _ in range(8)]
        change_devices(wishes=wishes, terms=Terms(now=NOW))
        rows = list(DeviceNow.objects.order_by("key").values())
        assert [standing(device) for device in devices] == [said(one, NOW) for one in devices]
        refresh(device_ids=[device.pk for device in devices], now=NOW)
        assert list(DeviceNow.objects.order_by("key").values()) == rows


def _wish(chance: random.Random, accounts: list[Account]) -> Wish:
    """Something about one of three devices, at a time that may lie before what is known."""
    return Wish(
        key=chance.choice("abc"),
        since=MIDNIGHT + chance.randint(-9, 9) * DAY,
        account_id=chance.choice([None, *(account.pk for account in accounts)]),
        status=chance.choice([None, "active", "suspended"]),
        name=chance.choice([None, "", "Pump"]),
        group=chance.choice([None, "", "north"]),
        tags={"site": chance.choice([None, "x", "y"])},
        options=chance.choice([None, frozenset("ab"), frozenset("b")]),
        identifiers={"iccid": tuple(chance.sample("12345", 2))},
    )


def _new(account: Account, **fields: Any) -> NewDevice:
    values = {"key": "sim", "kind": "subscriber", "coverage": "japan", "plan_id": None}
    return NewDevice(account_id=account.pk, **{**values, "status": "ready", **fields})


def test_a_device_registered_in_advance_belongs_to_nobody_until_it_begins(agg: Account) -> None:
    (device,) = register_devices(devices=[_new(agg, since=NOW + DAY)], now=NOW)
    assert standing(device)["account_id"] is None

    assert refresh_due(now=NOW) == 0
    assert refresh_due(now=NOW + DAY) == 1
    assert standing(device)["account_id"] == agg.pk
    assert refresh_due(now=NOW + 2 * DAY) == 0


def test_the_status_holds_since_it_became_so(agg: Account) -> None:
    (device,) = register_devices(devices=[_new(agg, since=LONG_AGO)], now=NOW)
    set_status(device=device, status="ready", since=NOW - DAY, now=NOW)

    assert DeviceNow.objects.get(device=device).status_since == LONG_AGO


def test_ids_names_and_tags_can_be_searched_in_any_width_and_case(agg: Account) -> None:
    new = _new(agg, since=LONG_AGO, key="ＡＢＣ", name="Pump", tags={"Site": "東\n京"})
    (device,) = register_devices(devices=[new], now=NOW)

    assert DeviceNow.objects.get(device=device).search == "\nabc\npump\nsite=東 京\n"
