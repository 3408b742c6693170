"""The charge of a device plan names the minute of the peak and the devices that made it."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Account
from invoices.choices import QuantityRule
from tests import factories
from tests.invoices.pages import fleet
from usage.choices import Status

pytestmark = pytest.mark.django_db
WHY = "/bills/AGG/japan/2026-10/why/"
LINE = {"device": "", "date": "202610", "name": "plan"}


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC)


def three_devices(account: Account, rule: QuantityRule) -> None:
    """One all month; one on the 5th from 09:30 to 12:00, another one from 12:00 on."""
    factories.tax_rate()
    factories.issuer()
    factories.price(item=factories.bill_item(code="plan", rule=rule))
    factories.device(account=account, key="always")
    first = factories.device(account=account, key="first", since=at(5, 9, 30))
    factories.status(device=first, status=Status.INACTIVE, since=at(5, 12))
    factories.device(account=account, key="second", since=at(5, 12))
    fleet.evaluated(account)


def test_the_peak_has_its_minute_and_its_devices(clerk: Client, agg: Account) -> None:
    three_devices(agg, QuantityRule.PEAK_ACTIVE)
    [line] = clerk.get(WHY, LINE | {"format": "json"}).json()["lines"]
    [peak] = line["facts"]["peaks"]
    assert peak["at"] == "2026-10-05T09:30:00Z"
    assert [device["device"] for device in peak["devices"]] == ["always", "first"]
    page = clerk.get(WHY, LINE)
    assertContains(page, "09:30")
    assertContains(page, "first")
    assertNotContains(page, "second")


def test_different_devices_are_all_named(clerk: Client, agg: Account) -> None:
    three_devices(agg, QuantityRule.DISTINCT_ACTIVE)
    [line] = clerk.get(WHY, LINE | {"format": "json"}).json()["lines"]
    [plan] = line["facts"]["plans"]
    assert [device["device"] for device in plan["devices"]] == ["always", "first", "second"]
    for key in ("always", "first", "second"):
        assertContains(clerk.get(WHY, LINE), key)
