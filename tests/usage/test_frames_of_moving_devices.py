"""Who is charged for a device that changes hands: by day, the owner at the end of the day (Q57)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from accounts.models import Account
from billing_portal.common.periods import Month
from tests import factories
from usage.choices import Coverage
from usage.metering.bands import Band
from usage.models import Device, Meter, UsageRecord
from usage.selectors.frames import Scope, load
from usage.services.devices import set_owner, set_plan, set_status

pytestmark = pytest.mark.django_db

OCTOBER = Month(2026, 10)
NOON = timedelta(hours=12)
NO_BANDS: tuple[Band, ...] = ()


def tables(
    *payers: Account, below: dict[Account, Account] | None = None
) -> dict[str, pl.DataFrame]:
    """The tables of some billing accounts, and of the accounts below them."""
    pairs = {account.pk: account.pk for account in payers}
    pairs |= {member.pk: payer.pk for member, payer in (below or {}).items()}
    return load(Scope(OCTOBER, Coverage.JAPAN, pairs, OCTOBER.end), bands=NO_BANDS)


def owned(found: dict[str, pl.DataFrame]) -> list[tuple[int, date, date]]:
    return found["owned"].select("account_id", "first_day", "last_day").sort("first_day").rows()


def day(number: int) -> date:
    return date(2026, 10, number)


def at(number: int, after: timedelta = timedelta(0)) -> datetime:
    return datetime(2026, 10, number, tzinfo=UTC) + after


def test_a_device_that_moves_at_midnight_is_charged_to_each_by_day(
    agg: Account, stray: Account
) -> None:
    device = factories.device(account=agg)
    set_owner(device=device, account=stray, since=at(10), now=at(10))
    assert owned(tables(agg, stray)) == [
        (agg.pk, day(1), day(9)),
        (stray.pk, day(10), day(31)),
    ]


@pytest.mark.parametrize("after", [timedelta(0), NOON, timedelta(hours=24, seconds=-1)])
def test_a_device_that_moves_between_tenants_stays_with_their_aggregator(
    agg: Account, ten: Account, after: timedelta
) -> None:
    device = factories.device(account=agg)
    set_owner(device=device, account=ten, since=at(10, after), now=at(10))
    found = tables(agg, below={ten: agg})
    assert owned(found) == [(agg.pk, day(1), day(9)), (agg.pk, day(10), day(31))]
    assert found["devices"].height == 1
    assert found["statuses"].height == 1


def test_a_device_that_comes_back_is_owned_twice(agg: Account, stray: Account) -> None:
    device = factories.device(account=agg)
    set_owner(device=device, account=stray, since=at(10), now=at(10))
    set_owner(device=device, account=agg, since=at(20), now=at(20))
    assert owned(tables(agg)) == [(agg.pk, day(1), day(9)), (agg.pk, day(20), day(31))]


@pytest.fixture
def fleet(agg: Account) -> Device:
    return factories.device(account=agg, plan=factories.plan(code="plan-D"))


def test_points_that_were_recorded_after_the_close_are_left_out(
    agg: Account, fleet: Device
) -> None:
    factories.status(device=fleet, status="suspended", since=at(5), late_through=OCTOBER)
    factories.status(device=fleet, status="inactive", since=at(6), late_through=OCTOBER.previous)
    assert tables(agg)["statuses"]["status"].to_list() == ["active", "inactive"]


def test_points_of_a_later_month_are_left_out(agg: Account, fleet: Device) -> None:
    november = OCTOBER.end
    set_status(device=fleet, status="suspended", since=november, now=november)
    set_plan(device=fleet, plan=factories.plan(), since=november, now=november)
    found = tables(agg)
    assert found["statuses"]["status"].to_list() == ["active"]
    assert found["plans"]["plan"].to_list() == ["plan-D"]


def test_late_facts_and_those_of_other_months_and_accounts_are_left_out(
    agg: Account, stray: Account, fleet: Device
) -> None:
    meter: Meter = factories.meter(code="data")
    others: list[dict[str, Any]] = [
        {"at": OCTOBER.start - timedelta(microseconds=1)},
        {"at": OCTOBER.end},
        {"late": True},
        {"account": stray},
        {"coverage": Coverage.GLOBAL},
    ]
    for fields in others:
        factories.record(**{"device": fleet, "account": agg, "meter": meter, **fields})
    for instant in (OCTOBER.start, OCTOBER.end - timedelta(microseconds=1)):
        factories.record(device=fleet, account=agg, meter=meter, at=instant, quantity=3)
    usage = tables(agg)["usage"].sort("day")
    assert usage.select("day", "quantity").rows() == [(day(1), 3), (day(31), 3)]


@pytest.mark.parametrize("variant", ["", "\\N", "NULL", "s1.fast", " "])
@pytest.mark.parametrize("of_device", [True, False])
def test_any_variant_comes_through_with_or_without_a_device(
    agg: Account, fleet: Device, variant: str, of_device: bool
) -> None:
    device = fleet if of_device else None
    UsageRecord.objects.create(
        source=factories.source(),
        event_id="e",
        account=agg,
        coverage=Coverage.JAPAN,
        device=device,
        meter=factories.meter(),
        variant=variant,
        at=OCTOBER.start,
        quantity=2**63 - 1,
    )
    found = tables(agg)["usage"].select("device_id", "variant", "quantity").rows()
    assert found == [(device and device.pk, variant, Decimal(2**63 - 1))]
