"""A small seller with a month to close: the catalogue, three customers, SIMs and usage.

Equal stages get equal worlds, row ids included, so that their month ends can be compared.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from accounts.models import Account
from billing_portal.common.periods import Month
from tests import document_factories, factories
from usage.choices import Coverage
from usage.models import Device, Meter, Plan, UsageRecord
from usage.services.devices import NewDevice, register_devices

OCTOBER = Month(2026, 10)
BEGINS = datetime(2026, 10, 1, tzinfo=UTC)
IN_NOVEMBER = "2026-11-02T03:00:00Z"
CUSTOMERS = {
    "ALPHA": (Coverage.JAPAN,),
    "BRAVO": (Coverage.JAPAN, Coverage.GLOBAL),
    "CHARLIE": (Coverage.GLOBAL,),
}
PLANS = {Coverage.JAPAN: "plan-D", Coverage.GLOBAL: "plan01s"}
VARIANTS = {Coverage.JAPAN: "s1.fast", Coverage.GLOBAL: "us-plan01s"}


def build(*, sims: int = 2, catalogue: Path | None = None) -> None:
    """Make the seller and its customers, each with so many SIMs in every coverage."""
    folder = catalogue or settings.BASE_DIR / "catalog"
    call_command("load_catalog", str(folder), verbosity=0)
    factories.issuer()
    document_factories.exchange_rate()
    for key, coverages in CUSTOMERS.items():
        customer(key, coverages=coverages, sims=sims)


def customer(key: str, *, coverages: tuple[Coverage, ...], sims: int) -> Account:
    """A billing account whose SIMs have been active, and in use, since the 1st of October."""
    account = factories.account(key=key)
    for coverage in coverages:
        for device in register_devices(
            devices=[_sim(account, coverage, number) for number in range(sims)], now=BEGINS
        ):
            _use(device, account)
    return account


def _sim(account: Account, coverage: Coverage, number: int) -> NewDevice:
    return NewDevice(
        key=f"{account.key}-{coverage}-{number}",
        kind="subscriber",
        coverage=coverage,
        account_id=account.pk,
        plan_id=Plan.objects.get(code=PLANS[coverage]).pk,
        status="active",
        since=BEGINS,
        tags={"site": f"東京 {number}"},
        group="meters",
        options=("custom_dns",) if number else (),
    )


def _use(device: Device, account: Account) -> None:
    meters = {meter.code: meter for meter in Meter.objects.all()}
    UsageRecord.objects.bulk_create(
        UsageRecord(
            source=factories.source(),
            event_id=f"{device.key}/{code}/{day}",
            account=account,
            coverage=device.coverage,
            device=device,
            meter=meters[code],
            variant=VARIANTS[Coverage(device.coverage)],
            at=BEGINS + timedelta(days=day, hours=day),
            quantity=day * 1_000_003 + 7,
        )
        for code in ("data.upload", "data.download")
        for day in range(0, 31, 6)
    )
