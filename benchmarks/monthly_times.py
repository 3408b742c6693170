"""What `benchmarks/monthly.py` measures with one database: run by it, in a process of its own."""

import resource
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Membership, Placement, User
from benchmarks.filling import exact, fill, instant, pad, settle, text
from billing_portal.common.periods import Month
from usage.models import (
    AccountDay,
    Device,
    DeviceActivity,
    DeviceOwner,
    Meter,
    Source,
    UsageRecord,
)
from usage.selectors import report_sources
from usage.services.packages import PackageWish, packages
from usage.services.reports import orders, writing

TENANTS, DEVICES = 2_000, 1_000_000
METERS = ("to_service.registration", "to_service.observation", "rest.api_key", "firmware.update")
MONTH = Month(2026, 10)
NOW = datetime(2026, 11, 4, 0, 5, tzinfo=UTC)
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
CLERK = "clerk@example.com"
REPEATS = 5
PAGES = {
    "/usage-reports/": 300,
    "/usage-reports/?sort=-active_devices": 300,
    "/usage-reports/?q=example 77": 300,
    "/usage-reports/?format=csv": 2_000,
    "/my-billing/": 0,
    "/my-billing/?late=1": 0,
    "/usage-reports/billing/T0077/?month=2026-10": 0,
    "/active-devices/": 300,
    "/active-devices/?owner=T0077": 300,
    "/organisation-report/?by=none": 0,
}


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the clock and of the processor."""

    wall: float
    cpu: float


def measure(backend: str) -> None:
    call_command("collectstatic", interactive=False, verbosity=0)
    build()
    _making(backend)
    client = Client()
    client.force_login(User.objects.get(email=CLERK), backend=settings.AUTHENTICATION_BACKENDS[-1])
    for path, promised in PAGES.items():
        _page(client, backend, path, promised)


def _making(backend: str) -> None:
    """The file of a million rows alone, then the whole report."""
    payer = Account.objects.get(key="T0000")
    cast = report_sources.cast(month=MONTH, payers=[payer.pk])
    before = _peak()
    with tempfile.TemporaryDirectory() as folder:
        done = writing.Written()
        file = _timed(lambda: writing.write_active(cast=cast, folder=Path(folder) / "a", done=done))
    grown = _peak() - before
    if sum(done.devices.values()) != DEVICES:
        sys.exit(f"{sum(done.devices.values())} rows")
    _tell(f"active-devices file of {DEVICES:,} rows, {backend}", "5 s", file, f"+{grown} MiB")
    orders.open_month(month=MONTH, now=NOW, actor="bench")
    with CaptureQueriesContext(connection) as captured:
        whole = _timed(lambda: orders.make_next(now=NOW))
    _tell(f"the whole report, {backend}", "", whole, f"{len(captured)} queries")


def _page(client: Client, backend: str, path: str, promised: int) -> None:
    with CaptureQueriesContext(connection) as captured:
        answer: Any = client.get(path)
        size = len(answer.getvalue())
        queries = len(captured)
    if answer.status_code != 200 or size < 5_000:
        sys.exit(f"{path}: {answer.status_code}, {size} bytes")
    times = [_timed(lambda: client.get(path).getvalue()) for _ in range(REPEATS)]
    took = Took(median(one.wall for one in times), median(one.cpu for one in times))
    promise = f"{promised} ms" if promised else ""
    _tell(f"`{path}`, {backend}", promise, took, f"{queries} queries")


def _timed(work: Callable[[], Any]) -> Took:
    began, worked = perf_counter(), process_time()
    work()
    return Took(perf_counter() - began, process_time() - worked)


def _tell(what: str, promise: str, took: Took, more: str) -> None:
    wall, cpu = (f"{1000 * seconds:,.0f} ms" for seconds in (took.wall, took.cpu))
    print(f"| {what} | {promise} | {wall}, {cpu} CPU | {more} |", flush=True)


def _peak() -> int:
    """MiB that this process had at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def build() -> None:
    """T0000 and its tenants; each device was active once, each tenant counted calls every day."""
    meters = [Meter.objects.create(code=code, unit="each", is_priced=False).pk for code in METERS]
    key, everybody = text("'T'", pad("n.i - 1", 4)), TENANTS + 1
    fill(Account, "n", count=everybody, id="n.i", key=key, team_name=text("'Example '", "n.i"))
    place: dict[str, Any] = {"account": "n.i", "since": f"'{BEGAN:%Y-%m-%d}'"}
    flag = "n.i = 1"
    fill(
        Placement,
        "n",
        count=everybody,
        parent="CASE WHEN n.i > 1 THEN 1 END",
        is_billing=flag,
        **place,
    )
    device = {"id": "n.i", "key": text("'44010'", pad("n.i", 10)), "name": text("'Unit '", "n.i")}
    fill(Device, "n", count=DEVICES, kind="'subscriber'", coverage="'japan'", **device)
    at = instant(datetime(2026, 10, 5, 3, tzinfo=UTC))
    seen = dict.fromkeys(
        ("first_active_at", "last_active_at", "first_seen_at", "last_seen_at"), at
    ) | dict.fromkeys(("active_known_at", "seen_known_at"), at)
    owner = f"1 + (n.i * 31) % {everybody}"
    fill(DeviceActivity, "n", count=DEVICES, account=owner, device="n.i", month="'2026-10'", **seen)
    own = {"since": instant(BEGAN), "recorded_at": instant(BEGAN)}
    fill(DeviceOwner, "n", count=DEVICES, device="n.i", account=owner, **own)
    _days(meters, everybody)
    settle()
    payer = Account.objects.get(key="T0000")
    wish = PackageWish(account=payer, quota=10_000_000)
    packages.create(wish=wish, starts_at=BEGAN, actor="bench", now=BEGAN)
    clerk = User.objects.create(email=CLERK, language="en")
    Membership.objects.create(user=clerk, account=payer, role="admin")


def _days(meters: list[int], everybody: int) -> None:
    source = Source.objects.create(name="bench").pk
    for meter in meters:
        for day in range(1, 32):
            at = datetime(2026, 10, day, 3, tzinfo=UTC)
            fill(
                AccountDay,
                "n",
                count=everybody,
                account="n.i",
                meter=str(meter),
                day=f"'{at:%Y-%m-%d}'",
                total=exact("1"),
                last_at=instant(at),
                last_quantity="1",
                greatest="1",
            )
    for day in range(1, 32):
        fill(
            UsageRecord,
            "n",
            count=everybody,
            source=str(source),
            event_id=text("'e'", str(day), "'-'", "n.i"),
            account="n.i",
            coverage="'japan'",
            device="n.i",
            meter=str(meters[-1]),
            at=instant(datetime(2026, 10, day, 3, tzinfo=UTC)),
            quantity="1",
        )


if __name__ == "__main__":
    measure(sys.argv[1])
