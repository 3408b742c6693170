"""The page of one device: what holds, what happened while it was ours, what was recorded."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Account
from tests import factories
from tests.factories import LONG_AGO, MONTH, NOW
from usage.models import Device
from usage.services.devices import set_labels, set_owner, set_status

MOVE = MONTH.start + timedelta(days=10)
NASTY = '<img src=x onerror="alert(1)">'


@pytest.fixture
def sim(agg: Account) -> Device:
    return factories.device(account=agg, key="a/b c", name="Pump", tags={"note": NASTY})


def page(client: Client, key: str = "a/b%20c", query: str = "") -> str:
    response = client.get(f"/devices/{key}/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_it_says_what_holds(clerk: Client, sim: Device) -> None:
    content = page(clerk)
    assert "<h1>Pump</h1>" in content
    assert "Active" in content
    assert NASTY not in content


def test_it_has_what_was_recorded_in_the_month(clerk: Client, sim: Device, agg: Account) -> None:
    meter = factories.meter(code="data", name="Data")
    for quantity in (1_000, 234):
        factories.record(device=sim, account=agg, meter=meter, quantity=quantity)
    content = page(clerk, query="?month=2026-10")
    assert "1,234" in content
    assert "/bills/AGG/japan/2026-10/devices/" in content
    assert "1,234" not in page(clerk, query="?month=2026-09")


@pytest.mark.parametrize("month", ["0000-01", "9999-99", "x", "2030-01"])
def test_a_month_that_is_none_shows_another(clerk: Client, sim: Device, month: str) -> None:
    assert "This page shows" in page(clerk, query=f"?month={month}")


def test_who_sees_no_money_gets_no_bill(client: Client, ten: Account) -> None:
    factories.device(account=ten, key="lamp")
    client.force_login(factories.person(ten))
    assert "/bills/AGG/" not in page(client, "lamp")
    assert "/bills/TEN/" not in page(client, "lamp")


def test_what_happened_elsewhere_is_not_told(clerk: Client, agg: Account, stray: Account) -> None:
    device = factories.device(account=stray, key="used", since=LONG_AGO)
    set_labels(device=device, tags={"secret": "x"}, group="", since=LONG_AGO, now=NOW)
    set_owner(device=device, account=agg, since=MOVE, now=NOW)
    set_status(device=device, status="suspended", since=MOVE + timedelta(days=1), now=NOW)

    titles = [event.title for event in clerk.get("/devices/used/").context["events"]]
    assert titles == ["Status: Suspended", f"Belongs to {agg}"]


def test_a_device_that_went_away_is_not_there(clerk: Client, sim: Device, stray: Account) -> None:
    set_owner(device=sim, account=stray, since=MOVE, now=NOW)
    assert clerk.get("/devices/a/b%20c/").status_code == 404


def test_a_change_to_come_says_so(clerk: Client, sim: Device) -> None:
    set_status(device=sim, status="suspended", since=NOW + timedelta(days=1), now=NOW)
    assert "It is still to come." in page(clerk)
