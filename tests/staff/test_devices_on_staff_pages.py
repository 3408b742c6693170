"""Devices on the staff pages: found by what holds now, with everything that was ever recorded."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from tests import factories
from usage.choices import Coverage, DeviceKind
from usage.models import Device, DeviceIdentifier, DeviceNow, DevicePlan
from usage.services.devices import present

LIST = "admin:usage_device_changelist"
CHANGE = "admin:usage_device_change"


@pytest.fixture
def devices(agg: Account, stray: Account) -> dict[str, Device]:
    plan = factories.plan(code="plan-D")
    same: dict[str, Any] = {"plan": plan, "account": agg}
    return {
        "first": factories.device(key="D1", group="Tokyo", tags={"site": "港"}, **same),
        "second": factories.device(key="D2", status="suspended", **same),
        "other": factories.device(
            key="V1", account=stray, kind=DeviceKind.VPG, coverage=Coverage.GLOBAL, name="Gate"
        ),
    }


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({}, ["D1", "D2", "V1"]),
        ({"account": "AGG"}, ["D1", "D2"]),
        ({"account": "NOPE"}, []),
        ({"present__status__exact": "suspended"}, ["D2"]),
        ({"kind__exact": "vpg"}, ["V1"]),
        ({"coverage__exact": "japan"}, ["D1", "D2"]),
        ({"q": "d"}, ["D1", "D2"]),
        ({"q": "gate"}, ["V1"]),
        ({"q": "8981100"}, ["D1"]),
        ({"q": "site=港"}, ["D1"]),
        ({"q": "tokyo d1"}, ["D1"]),
        ({"q": "tokyo d2"}, []),
        ({"q": "%"}, []),
        ({"account": "AGG", "present__status__exact": "active", "q": "d"}, ["D1"]),
    ],
)
def test_devices_are_found(
    query: dict[str, str], keys: list[str], devices: dict[str, Device], staff: Client
) -> None:
    DeviceIdentifier.objects.create(device=devices["first"], kind="iccid", value="8981100000000")
    present.refresh(device_ids=[devices["first"].pk], now=factories.NOW)
    page = staff.get(reverse(LIST), query)
    assert [device.key for device in page.context["cl"].result_list] == keys


def test_devices_are_found_by_plan(devices: dict[str, Device], staff: Client) -> None:
    plan = DevicePlan.objects.filter(device=devices["first"]).get().plan
    page = staff.get(reverse(LIST), {"present__plan__id__exact": plan.pk})
    assert [device.key for device in page.context["cl"].result_list] == ["D1", "D2"]


def test_a_list_says_what_holds_now(devices: dict[str, Device], staff: Client) -> None:
    page = staff.get(reverse(LIST), {"q": "d1"}).content.decode()
    for cell in ("Active", "AGG</a>", "plan-D", "Tokyo"):
        assert cell in page


def test_what_came_late_and_what_is_to_come_say_so(
    devices: dict[str, Device], staff: Client
) -> None:
    device = devices["first"]
    late = factories.MONTH
    factories.status(device=device, status="inactive", since=late.start, late_through=late)
    factories.status(device=device, status="terminated", since=late.plus(3).start)
    page = staff.get(reverse(CHANGE, args=[device.pk])).content.decode()
    assert "It came late: bills up to 2026-10 were closed without it." in page
    assert page.count("It is still to come.") == 1


def numbers(*rows: dict[str, object], there: int = 0) -> dict[str, object]:
    return {
        "identifiers-TOTAL_FORMS": len(rows),
        "identifiers-INITIAL_FORMS": there,
        **{f"identifiers-{n}-{k}": v for n, row in enumerate(rows) for k, v in row.items()},
    }


class TestNumbersAndNames:
    def test_that_are_typed_are_found_at_once(
        self, devices: dict[str, Device], staff: Client
    ) -> None:
        device = devices["first"]
        typed = {"name": "Pump", **numbers({"kind": "imei", "value": "35-209900"})}
        assert staff.post(reverse(CHANGE, args=[device.pk]), typed).status_code == 302
        row = DeviceNow.objects.get(device=device)
        assert (row.name, "35-209900" in row.search) == ("Pump", True)

    def test_that_are_taken_away_are_found_no_more(
        self, devices: dict[str, Device], staff: Client
    ) -> None:
        device = devices["first"]
        number = DeviceIdentifier.objects.create(device=device, kind="imei", value="35-2099")
        row = {"id": number.pk, "device": device.pk, "kind": "imei", "value": "35-2099"}
        typed = {"name": "", **numbers({**row, "DELETE": "on"}, there=1)}
        staff.post(reverse(CHANGE, args=[device.pk]), typed)
        assert "35-2099" not in DeviceNow.objects.get(device=device).search

    def test_of_another_device_are_refused(self, devices: dict[str, Device], staff: Client) -> None:
        DeviceIdentifier.objects.create(device=devices["second"], kind="imei", value="1")
        typed = {"name": "", **numbers({"kind": "imei", "value": "1"})}
        page = staff.post(reverse(CHANGE, args=[devices["first"].pk]), typed).content.decode()
        assert "Another device has this identifier" in page
