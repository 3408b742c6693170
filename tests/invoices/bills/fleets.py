"""Random customers in the database, under the default catalogue: the same for the same seed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from accounts.models import Account
from invoices.models import BillItem
from invoices.services.catalog import load_catalog
from tests import credit_factories, factories
from tests.factories import MONTH, NOW
from usage.models import Device, DeviceOption, DeviceStatus, Meter, Plan

CATALOG = Path(__file__).resolve().parents[3] / "catalog"
PLANS: dict[str, list[str | None]] = {
    "subscriber": ["plan-D", "plan-K", "plan-KM1"],
    "sigfox": [None],
    "inventory_device": [None],
    "vpg": ["vpg-canal-e-japan", "vpg-door-japan"],
    "lora_gateway": ["lora-owned", "lora-shared"],
    "thing": ["device-pro", "device-distinct"],
}
STATUSES = ["ready", "active", "inactive", "suspended", "standby", "terminated"]
OPTIONS = ["custom_dns", "harvest", "endorse", "krypton", "vpc_peering:a", "junction"]
METERS = [
    ("data.upload", "s1.fast"),
    ("data.download", "s1.slow"),
    ("beam.request", "mqtt-mqtts"),
    ("harvest.request", ""),
]
COUPONS = ["chargeCoupon", "dataTrafficCoupon", "soracomBeamRequestCoupon"]


def open_catalogue() -> None:
    load_catalog(path=CATALOG, actor="test", now=NOW)
    factories.issuer()


def customer(key: str, dice: Random) -> Account:
    """An account with up to six devices of any kind, with usage, coupons and a contract."""
    account = factories.account(key=key)
    factories.account_month(account=account, month=MONTH)
    for place in range(dice.randint(1, 6)):
        _device(f"{key}-{place}", account, dice)
    for _coupon in range(dice.randint(0, 3)):
        item = BillItem.objects.get(code=dice.choice(COUPONS))
        amount = dice.choice(["1000", "37.25", "0.000000000000000000000001", "250"])
        credit_factories.coupon(account=account, amount=amount, item=item)
    if dice.random() < 0.4:
        credit_factories.contract(account=account, units=dice.randint(1, 4))
    return account


def _device(key: str, account: Account, dice: Random) -> None:
    kind = dice.choice(["subscriber", *PLANS])
    code = dice.choice(PLANS[kind])
    plan = Plan.objects.get(code=code) if code else None
    device = factories.device(
        account=account, plan=plan, key=key, kind=kind, status=None, since=_instant(dice)
    )
    points = {_instant(dice) for _point in range(dice.randint(1, 4))}
    for at in points:
        DeviceStatus.objects.create(
            device=device, since=at, recorded_at=at, status=dice.choice(STATUSES)
        )
    for option in dice.sample(OPTIONS, dice.randint(0, 3)):
        DeviceOption.objects.create(
            device=device, since=min(points), recorded_at=NOW, option=option, enabled=True
        )
    if kind == "subscriber":
        _usage(device, account, dice)


def _usage(device: Device, account: Account, dice: Random) -> None:
    for _fact in range(dice.randint(0, 8)):
        code, variant = dice.choice(METERS)
        at = MONTH.start + timedelta(minutes=dice.randrange(31 * 24 * 60))
        meter = Meter.objects.get(code=code)
        quantity = dice.choice([1, 127 * 1024, 250_000, 30 * 1024**2])
        factories.record(
            device=device, account=account, meter=meter, variant=variant, at=at, quantity=quantity
        )


def _instant(dice: Random) -> datetime:
    """In the month, or in the year and a half before it."""
    days = dice.choice([0, 0, 550])
    since = datetime(2026, 10, 31, tzinfo=UTC) - timedelta(days=days)
    return since - timedelta(minutes=dice.randrange(30 * 24 * 60))
