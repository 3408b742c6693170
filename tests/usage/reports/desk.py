"""Reading reports: figures as plain values, files as rows."""

import csv
import gzip
import io

from accounts.models import Account
from billing_portal.common import files
from billing_portal.common.periods import Month
from usage.metering.figures import Figures
from usage.models import UsageReport, UsageReportRow
from usage.selectors.report_attributes import attributes

OCTOBER = Month(2026, 10)


def report(key: str = "AGG") -> UsageReport:
    return UsageReport.objects.get(account__key=key)


def row(key: str) -> UsageReportRow:
    return UsageReportRow.objects.get(key=key)


def rows() -> dict[str, tuple[int, int, int]]:
    """By account: active devices, firmware updates, API calls."""
    found = {}
    for one in UsageReportRow.objects.order_by("key"):
        own = one.own
        found[one.key] = (own.active_devices, own.firmware_updates, own.all_calls)
    return found


def unpack(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(gzip.decompress(data).decode(), newline="")))


def active(key: str = "AGG") -> list[list[str]]:
    return unpack(files.read(report(key).active_file))


def updates(key: str = "AGG") -> list[list[str]]:
    return unpack(files.read(report(key).updates_file))


def frozen(account: Account, *tenants: Account) -> UsageReport:
    """The report of a month with these accounts in it, all without any use."""
    found, _new = UsageReport.objects.get_or_create(
        account=account,
        month=OCTOBER,
        defaults={"made_at": OCTOBER.end, "active_file": "none", "updates_file": "none"},
    )
    known = set(found.rows.values_list("account_id", flat=True))
    for one in (account, *tenants):
        if one.pk not in known:
            _zero(found, one)
    return found


def _zero(report: UsageReport, account: Account) -> None:
    places = ("active_from", "active_size", "updates_from", "updates_size")
    UsageReportRow.objects.create(
        report=report,
        account=account,
        key=account.key,
        team_name=account.team_name,
        organization=account.organization,
        business_model=account.business_model,
        is_listed=True,
        attributes=attributes(account=account, is_tenant=account.pk != report.account_id),
        figures=Figures().stored(),
        **dict.fromkeys(("active_devices", "updates_order", "calls_order", *places), 0),
    )
