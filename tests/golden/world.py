"""A world whose detailed CSV shows every column, every kind of device and every awkward text."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from accounts.models import Account
from billing_portal.common.periods import Month
from invoices.choices import Category, QuantityRule
from invoices.models import BillItem, TimeBand
from tests import document_factories, factories
from usage.choices import Coverage, DeviceKind
from usage.models import Device, Meter, Plan, UsageRecord
from usage.services.devices import NewDevice, register_devices

OCTOBER = Month(2026, 10)
# Two days are left, so that a file can be read at a glance.
BEGINS = datetime(2026, 10, 30, tzinfo=UTC)
DAY = datetime(2026, 10, 30, 3, 0, tzinfo=UTC)
NIGHT = datetime(2026, 10, 30, 17, 30, tzinfo=UTC)  # 02:30 of the 31st in Tokyo


def stock() -> None:
    """A seller who charges SIMs by day, data by time of day, things by day, and requests."""
    factories.issuer()
    document_factories.exchange_rate()
    factories.tax_rate()
    factories.plan(code="plan-D")
    for code, unit in (("data.upload", "byte"), ("beam.request", "request")):
        factories.meter(code=code, unit=unit)
    _priced("basicCharge-active", "10", device_kind=DeviceKind.SUBSCRIBER, plan="plan-D")
    _priced("deviceCharge", "1.5", inputs={"statuses": ["ready"]})
    upload = _summed("uploadDataCharge", "data.upload", name="uploadDataCharge-{variant}")
    for band, price in (("daytime", "0.22"), ("nighttime", "0.2")):
        factories.price(
            item=upload,
            variant=f"s1.slow-{band}",
            price=price,
            per=1_048_576,
            unit_price=_byte(price),
        )
    _free_requests()
    TimeBand.objects.create(
        meter="data.upload",
        coverage=Coverage.JAPAN,
        name="nighttime",
        otherwise="daytime",
        zone="Asia/Tokyo",
        starts=time(2),
        ends=time(6),
    )


def _byte(price: str) -> str:
    """The price of one byte, in the vendor's words 0.000000209808349609375 for 0.22 a MiB."""
    return {"0.22": "0.000000209808349609375", "0.2": "0.00000019073486328125"}[price]


def _priced(code: str, amount: str, *, plan: str = "", **fields: Any) -> BillItem:
    item = factories.bill_item(code=code, **fields)
    chosen = Plan.objects.get(code=plan) if plan else None
    factories.price(item=item, unit_price=amount, plan=chosen)
    return item


def _summed(code: str, meter: str, **fields: Any) -> BillItem:
    return factories.bill_item(
        code=code,
        rule=QuantityRule.SUM,
        inputs={"meters": [meter]},
        category=Category.DATA,
        **fields,
    )


def _free_requests() -> None:
    requests = _summed("beamCharge", "beam.request", name="soracomBeamRequestCharge-{variant}")
    factories.price(item=requests, unit_price="0.0009", price="9", per=10_000)
    factories.bill_item(
        code="beamFree",
        name="soracomBeamRequestFreeTier",
        rule=QuantityRule.FREE_TIER,
        category=Category.DISCOUNT,
        inputs={"items": ["beamCharge"], "allowance": 100, "scope": "account"},
    )


def device(
    account: Account,
    key: str,
    *,
    kind: DeviceKind = DeviceKind.SUBSCRIBER,
    since: datetime = BEGINS,
    tags: Mapping[str, str] | None = None,
    group: str = "",
) -> Device:
    """A SIM that is active on plan-D, or a thing that is ready, since the 30th."""
    is_sim = kind == DeviceKind.SUBSCRIBER
    new = NewDevice(
        key=key,
        kind=kind,
        coverage=Coverage.JAPAN,
        account_id=account.pk,
        plan_id=Plan.objects.get(code="plan-D").pk if is_sim else None,
        status="active" if is_sim else "ready",
        since=since,
        tags=tags or {},
        group=group,
    )
    return register_devices(devices=[new], now=since)[0]


def use(device: Device | None, account: Account, meter: str, quantity: int, **fields: Any) -> None:
    """A fact of a device, or of the account as a whole."""
    values: dict[str, Any] = {
        "source": factories.source(),
        "event_id": str(UsageRecord.objects.count()),
        "coverage": Coverage.JAPAN,
        "at": DAY,
        **fields,
    }
    row = Meter.objects.get(code=meter)
    UsageRecord.objects.create(
        device=device, account=account, meter=row, quantity=quantity, **values
    )
