"""For each registered report: where it is, and rows for the account AGG with hostile text in them.

Who adds a report adds its world here; `test_every_report.py` asks for nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from accounts.choices import BusinessModel
from accounts.models import Account
from invoices.choices import PointEntryKind
from invoices.models import Invoice, PointEntry, PointGrant, Series
from tests import factories
from tests.common.reports.acts import acts
from tests.portal import months
from tests.usage.packages import shelf
from tests.usage.reports import desk
from usage.choices import Status
from usage.models import Campaign, Device, DeviceActivity

HOSTILE = "<b>bold</b>,\"'=cmd()\n\u202ertl"


@dataclass(frozen=True, slots=True)
class World:
    """`make(account, count, text)` makes so many rows, each with the text wherever people write;
    it is called several times. `query` is a filter that lets through some of the rows.
    """

    path: str
    make: Callable[[Account, int, str], None]
    query: str


def _acts(account: Account, count: int, text: str) -> None:
    acts(account, count, subject=text, actor=text)


def _active_devices(account: Account, count: int, text: str) -> None:
    """Devices that were active in October; every other one came too late for its report."""
    made = desk.frozen(account).made_at
    known = Device.objects.count()
    for n in range(known, known + count):
        device = factories.device(account=account, name=text)
        told = made + timedelta(hours=n % 2)
        at = months.LAST.start + timedelta(minutes=n)
        DeviceActivity.objects.create(
            account=account,
            device=device,
            month=months.LAST,
            first_active_at=at,
            last_active_at=at,
            first_seen_at=at,
            last_seen_at=at,
            active_known_at=told,
            seen_known_at=told,
        )


def _devices(account: Account, count: int, text: str) -> None:
    known = Device.objects.count()
    for n in range(known, known + count):
        status = Status.ACTIVE if n % 2 else Status.STANDBY
        tags = {text: text}
        factories.device(account=account, status=status, name=text, group=text, tags=tags)


def _invoices(account: Account, count: int, text: str) -> None:
    series = Series.objects.first() or factories.series(issuer=factories.issuer())
    known = Invoice.objects.count()
    for n in range(known, known + count):
        bill = factories.bill(
            account=account, month=months.LAST.plus(-n), state="closed", items={"a": f"{n}00"}
        )
        factories.invoice(bills=[bill], series=series, label=f"{text}{n}")


def _packages(account: Account, count: int, text: str) -> None:
    """Campaigns of October, every other one finished."""
    at = months.LAST.start
    if not account.service_packages.exists():
        shelf.create(account, 1000, at=at)
    for n in range(count):
        campaign = shelf.start(account, 1, at=at)
        Campaign.objects.filter(pk=campaign.pk).update(name=text)
        if n % 2:
            shelf.finish(campaign, 1, at=at)


def _usage_reports(account: Account, count: int, text: str) -> None:
    """Tenants in the report of October, every other one billed by its API calls."""
    models = (BusinessModel.ACTIVE_DEVICES, BusinessModel.API_CALLS)
    tenants = [
        factories.account(
            parent=account, team_name=text, organization=text, business_model=models[n % 2]
        )
        for n in range(count)
    ]
    desk.frozen(account, *tenants)


def _points(account: Account, count: int, text: str) -> None:
    """Grants of points, every other movement a correction."""
    grant = PointGrant.objects.create(
        account=account, points=count, granted_at=months.CLOSING, reason=text
    )
    for n in range(count):
        PointEntry.objects.create(
            grant=grant,
            number=n + 1,
            kind=PointEntryKind.CORRECTION if n % 2 else PointEntryKind.GRANT,
            amount=1,
            left=n + 1,
            at=months.CLOSING + timedelta(minutes=n),
            reason=text,
        )


WORLDS: dict[str, World] = {
    "active-devices": World("/active-devices/", _active_devices, "late=yes"),
    "acts": World("/acts/", _acts, "action=sample.read"),
    "credit-points": World("/payment-settings/points/", _points, "kind=correction"),
    "devices": World("/devices/", _devices, "status=active"),
    "invoices": World("/invoices/", _invoices, "most=500"),
    "service-package-history": World(
        "/service-package-history/", _packages, "event=reservation_release"
    ),
    "usage-reports": World("/usage-reports/", _usage_reports, "model=api_calls"),
}
