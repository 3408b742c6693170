"""The devices that were active in a month, under who owned them then (rules.md Q53, Q57)."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.http import QueryDict

from accounts.access import Access
from accounts.models import Account
from billing_portal.common.periods import Month
from usage.models import DeviceActivity, DeviceNow, UsageReportRow
from usage.selectors import activity, reports
from usage.selectors.devices_list import reach


def rows(
    *, access: Access, account: Account, now: datetime, query: QueryDict | None = None
) -> "QuerySet[DeviceActivity]":
    """What was active in the month that the address names, by default the one before now.

    `name` is what the device is called now, None once it belongs to others. `is_late` says that it
    became known after the report of the month had been made.
    """
    text = str(query.get("month", "")) if query else ""
    month = Month.parse(text) if text else Month.of(now).previous
    row = reports.own_row(access=access, account=account, month=month)
    found = activity.active(accounts=_accounts(access, account, now, row), month=month)
    mine = DeviceNow.objects.filter(device_id=OuterRef("device_id"), account_id__in=access.usage)
    own = Account.objects.filter(pk=OuterRef("account_id"), pk__in=access.usage)
    return (
        found.annotate(
            name=Subquery(mine.values("name")[:1]), is_seen=Exists(own), is_late=_late(row)
        )
        .select_related("device", "account")
        .order_by("account_id", "device_id")
    )


def _accounts(
    access: Access, account: Account, now: datetime, row: UsageReportRow | None
) -> Collection[int]:
    """Who is in the report of the month; before there is one, who is below now."""
    if row is None:
        return reach(access=access, account=account, now=now)
    return list(reports.below(row=row).values_list("account_id", flat=True))


def _late(row: UsageReportRow | None) -> Case:
    late = [When(active_known_at__gt=row.report.made_at, then=Value(True))] if row else []
    return Case(*late, default=Value(False), output_field=BooleanField())
