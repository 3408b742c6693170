"""The facts of one device, and of some meters, are those that lie among the facts of all."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from accounts.models import Account
from billing_portal.common.periods import Month
from tests import factories
from usage.choices import Coverage
from usage.models import Device, Meter
from usage.selectors.frames import EVERYTHING, Scope, Wanted, load
from usage.services.devices import set_owner, set_plan

pytestmark = pytest.mark.django_db

OCTOBER = Month(2026, 10)
AT = datetime(2026, 10, 5, tzinfo=UTC)


@pytest.fixture
def fleet(agg: Account, stray: Account) -> list[Device]:
    """A device with a new plan, one that moves away, and one that was used here and never held."""
    plan, meters = factories.plan(code="plan-X"), [factories.meter(code=c) for c in ("m1", "m2")]
    devices = [factories.device(key=key, account=agg) for key in ("d1", "d2")]
    devices.append(factories.device(key="d3", account=stray))
    set_plan(device=devices[0], plan=plan, since=AT, now=AT)
    set_owner(device=devices[1], account=stray, since=AT, now=AT)
    for device in devices:
        used(device, agg, *meters)
    return devices


def used(device: Device, account: Account, *meters: Meter) -> None:
    for meter in meters:
        factories.record(device=device, account=account, meter=meter, at=AT - timedelta(days=1))


def tables(account: Account, wanted: Wanted = EVERYTHING) -> dict[str, pl.DataFrame]:
    payers = {account.pk: account.pk}
    scope = Scope(OCTOBER, Coverage.JAPAN, payers, OCTOBER.end, wanted=wanted)
    return load(scope, bands=())


def same(found: pl.DataFrame, among: pl.DataFrame) -> bool:
    text = pl.col(pl.Categorical).cast(pl.String)
    left, right = (frame.with_columns(text).rows() for frame in (found, among))
    return sorted(map(repr, left)) == sorted(map(repr, right))


@pytest.mark.parametrize("key", ["d1", "d2", "d3"])
def test_the_facts_of_one_device(agg: Account, fleet: list[Device], key: str) -> None:
    [device] = [each for each in fleet if each.key == key]
    found, whole = tables(agg, Wanted(device=key)), tables(agg)
    assert found["usage"].height == 2
    for name, table in whole.items():
        assert same(found[name], table.filter(pl.col("device_id") == device.pk)), name


def test_the_usage_of_some_meters(agg: Account, fleet: list[Device]) -> None:
    found, whole = tables(agg, Wanted(meters=frozenset({"m1"})))["usage"], tables(agg)["usage"]
    assert found.height == 3
    assert same(found, whole.filter(pl.col("meter").cast(pl.String) == "m1"))


def test_the_usage_of_one_day(agg: Account, fleet: list[Device]) -> None:
    for hours in (0, 24):
        meter, at = Meter.objects.get(code="m1"), AT + timedelta(hours=hours)
        factories.record(device=fleet[0], account=agg, meter=meter, at=at)
    found, whole = tables(agg, Wanted(day=AT.date()))["usage"], tables(agg)["usage"]
    assert (found.height, whole.height) == (1, 8)
    assert same(found, whole.filter(pl.col("day") == AT.date()))
