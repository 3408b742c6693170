"""A bill of October 2026 whose devices have tags and groups, as the real services make it."""

from datetime import UTC, datetime, timedelta

from accounts.models import Account
from invoices.models import Bill
from invoices.services import bills
from tests import factories
from tests.portal import months
from usage.choices import Coverage
from usage.models import Meter, UsageRecord
from usage.services import calendar

NOW = datetime(2026, 11, 1, 1, tzinfo=UTC)
LABELS = {
    "999001": ({"site": "Tokyo", "owner": "a"}, "meters"),
    "999002": ({"site": "Tokyo"}, "meters"),
    "999003": ({"site": '=cmd(), "<b>Osaka</b>"'}, "صناديق"),
    "999004": ({}, ""),
}


def october(account: Account) -> Bill:
    """Four SIMs, each with some data of a day of its own, and data of no device on the 5th."""
    meter = months.sell()
    plan = factories.plan(coverage=Coverage.JAPAN)
    for place, (key, (tags, group)) in enumerate(LABELS.items(), start=1):
        device = factories.device(
            account=account,
            plan=plan,
            since=months.LAST.start,
            key=key,
            name=f"Pump {place}",
            tags=tags,
            group=group,
        )
        at = months.LAST.start + timedelta(days=place)
        factories.record(device=device, account=account, meter=meter, at=at, quantity=place * 10**6)
    _of_no_device(account, meter)
    return evaluated(account)


def evaluated(account: Account) -> Bill:
    calendar.extend(through=months.LAST)
    bills.evaluate(month=months.LAST, coverage=Coverage.JAPAN, account_ids=[account.pk], now=NOW)
    return Bill.objects.get(coverage=Coverage.JAPAN)


def _of_no_device(account: Account, meter: Meter) -> None:
    UsageRecord.objects.create(
        source=factories.source(),
        event_id="of no device",
        account=account,
        coverage=Coverage.JAPAN,
        device=None,
        meter=meter,
        quantity=7,
        at=months.LAST.start + timedelta(days=4),
    )
