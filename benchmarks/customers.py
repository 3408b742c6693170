"""Worlds of many small customers for `benchmarks/bills.py`: what they have, and how much of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

from benchmarks.filling import fill, instant, json, pad, settle, text

CATALOG = Path(__file__).resolve().parents[1] / "catalog"
DAYS = 31


@dataclass(frozen=True, slots=True)
class Shape:
    """What one customer has in the month.

    `monthly` SIMs bear one charge for the month; every second one of them uses data on one day,
    part of which is free. `daily` SIMs bear one for each of the last `days` days and upload and
    download on each of their last `used`. With `extras`: SMS, an option, and Beam requests, which
    are free.
    """

    customers: int
    promised: int
    lines: int
    daily: int
    days: int
    used: int
    monthly: int = 0
    extras: bool = False

    @property
    def devices(self) -> int:
        return self.monthly + self.daily


SHAPES = {
    "small": Shape(2_000, 400, lines=12, monthly=2, daily=1, days=2, used=1, extras=True),
    "middle": Shape(500, 130, lines=52, monthly=10, daily=4, days=5, used=1, extras=True),
    "12-daily": Shape(2_000, 0, lines=12 * 3 * DAYS, daily=12, days=DAYS, used=DAYS),
    "52-daily": Shape(500, 0, lines=52 * 3 * DAYS, daily=52, days=DAYS, used=DAYS),
}
"""`promised` are bills a second; 0: not promised, the shape of a fleet that is in use every day."""
FLEET = Shape(1, 0, lines=3_000 * 3 * DAYS, daily=3_000, days=DAYS, used=DAYS)
WORLDS = {**SHAPES, "fleet": FLEET}


def fill_world(shape: Shape, customers: int) -> None:
    """An empty database becomes that of so many customers of one shape, in October 2026."""
    from django.core.management import call_command
    from django.db import connection

    from billing_portal.common import frozen
    from invoices.models import Issuer

    call_command("migrate", verbosity=0)
    frozen.drop(connection)
    call_command("load_catalog", str(CATALOG), stdout=StringIO())
    Issuer.objects.create(pk=1)
    _accounts(customers)
    _devices(shape, customers)
    _facts(shape, customers)
    settle()
    frozen.install(connection)


def _accounts(customers: int) -> None:
    from accounts.models import Account, Placement
    from usage.models import AccountMonth

    name = text("'Specimen '", "n.i")
    key = text("'AC'", pad("n.i", 5))
    fill(Account, "n", count=customers, id="n.i", key=key, organization=name)
    fill(Placement, "n", count=customers, since="'2026-01-01'", account="n.i")
    month = {"coverage": "'japan'", "month": "'2026-10'"}
    fill(AccountMonth, "n", count=customers, account="n.i", **month)


def _devices(shape: Shape, customers: int) -> None:
    """The SIMs of a customer stand together: first those by month, then those by day."""
    from usage.models import (
        Device,
        DeviceLabel,
        DeviceOption,
        DeviceOwner,
        DevicePlan,
        DeviceStatus,
        Plan,
    )

    count = customers * shape.devices
    owner, place = f"((n.i - 1) / {shape.devices} + 1)", f"((n.i - 1) % {shape.devices})"
    kind = {"kind": "'subscriber'", "coverage": "'japan'"}
    key = text("'44010'", pad("n.i", 10))
    fill(Device, "n", count=count, id="n.i", key=key, name=text("'Unit '", "n.i"), **kind)
    begin = datetime.fromisoformat("2026-10-01T00:00:00+00:00")
    came = begin + timedelta(days=DAYS - shape.days)
    since = f"CASE WHEN {place} < {shape.monthly} THEN {instant(begin)} ELSE {instant(came)} END"
    point = {"device": "n.i", "since": since, "recorded_at": since}
    plans = dict(Plan.objects.values_list("code", "pk"))
    monthly, daily = plans["plan-KM1"], plans["plan-D"]
    plan = f"CASE WHEN {place} < {shape.monthly} THEN {monthly} ELSE {daily} END"
    fill(DeviceOwner, "n", count=count, account=owner, **point)
    fill(DevicePlan, "n", count=count, plan=plan, **point)
    fill(DeviceStatus, "n", count=count, status="'active'", **point)
    if shape.extras:
        tags = json(text("""'{"site": "site '""", place, """'"}'"""))
        fill(DeviceLabel, "n", count=count, group="'north'", tags=tags, **point)
        last = instant(begin + timedelta(days=DAYS - 1, hours=9))
        on = {"since": last, "recorded_at": last, "enabled": "TRUE"}
        first = f"n.i * {shape.devices}"
        option = "'chap_authentication'"
        fill(DeviceOption, "n", count=customers, device=first, option=option, **on)


def _facts(shape: Shape, customers: int) -> None:
    from usage.models import Meter, Source, UsageRecord

    source = str(Source.objects.create(name="made").pk)
    meters = dict(Meter.objects.values_list("code", "pk"))

    def fact(meter: str, per_customer: int, place: str, day: str, **more: str) -> None:
        """So many facts of each customer; in `place` and `day` {own} is the fact's number."""
        own = f"((n.i - 1) % {per_customer})"
        account = f"((n.i - 1) / {per_customer} + 1)"
        at = f"TIMESTAMPTZ '2026-10-01 12:00+00' + ({day}) * interval '1 day'"
        values = {
            "source": source,
            "event_id": text(f"'{meter}'", "n.i"),
            "account": account,
            "coverage": "'japan'",
            "device": f"({account} - 1) * {shape.devices} + 1 + {place.format(own=own)}",
            "meter": str(meters[meter]),
            "at": at.format(own=own),
            "quantity": "CAST(n.i AS BIGINT) * 7919 % 50000000 + 1",
        }
        fill(UsageRecord, "n", count=customers * per_customer, **(values | more))

    fast, later = {"variant": "'s1.fast'"}, DAYS - shape.used
    for meter in ("data.upload", "data.download"):
        place = f"{shape.monthly} + {{own}} / {shape.used}"
        fact(meter, shape.daily * shape.used, place, f"{later} + {{own}} % {shape.used}", **fast)
    if shape.extras:
        more = {"quantity": "5000000 + n.i", "event_id": text("'monthly'", "n.i")}
        fact("data.upload", shape.monthly // 2, "{own} * 2", "{own} * 3", **fast, **more)
        last = str(shape.devices - 1)
        fact("sms.domestic", 1, last, str(DAYS - 1), quantity="3")
        fact("beam.request", 1, "0", "4", quantity="n.i % 1000 + 1")
