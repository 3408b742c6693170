"""The billing report of a month, and the addresses of its two files."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import Caller
from accounts.api.files import open_address
from billing_portal.common.api.reference import described
from billing_portal.common.periods import Month
from usage.api.pelion import answers, shapes
from usage.api.pelion.base import MonthField, PelionView, ReportNotFound, asked, instant
from usage.models import QuotaEntry, UsageReportRow
from usage.selectors import packages, reports
from usage.services.reports.handing import KIND, file_name, key_of


class Query(serializers.Serializer[dict[str, Any]]):
    month = MonthField()


class OfMonth(PelionView):
    """What is said of the report of a month."""

    missing: ClassVar[str] = "Billing report not yet available."

    def row(self, request: Request) -> tuple[Caller, UsageReportRow]:
        """Who asks and their row in the report; raises ReportNotFound."""
        month: Month = asked(Query, request)["month"]
        caller = self.commercial(request)
        row = reports.own_row(access=caller.access, account=caller.account, month=month)
        if row is None:
            raise ReportNotFound(self.missing)
        if row.report.account_id != caller.account.pk:
            self.commercial(request, month)
        return caller, row


class BillingReport(OfMonth):
    """`GET /v3/billing-report`."""

    @described("The report of a month", answers.BillingReport, asks=Query, wrong=[404])
    def get(self, request: Request) -> Response:
        _caller, row = self.row(request)
        report = row.report
        entries = list(packages.entries_in(account=report.account, month=report.month))
        by_account: dict[int, list[QuotaEntry]] = defaultdict(list)
        for entry in entries:
            by_account[entry.account_id].append(entry)
        everybody = reports.below(row=row).filter(is_listed=True).select_related("account")
        return Response(
            {
                "object": "billing-report",
                "id": report.pk.hex,
                "month": report.month.iso,
                "account": row.attributes,
                "billing_data": _data(row),
                "aggregated": _data(row, whole=True),
                "subtenants": [
                    _subtenant(one, by_account[one.account_id])
                    for one in everybody
                    if one.account_id != report.account_id
                ],
                "service_package": {
                    "metadata": _metadata(report.package),
                    "quota_usage": shapes.usage_of_quota(by_account[report.account_id]),
                    "aggregated_quota_usage": [
                        {"account_id": entry.account.key, **said}
                        for entry, said in zip(entries, shapes.usage_of_quota(entries), strict=True)
                    ],
                },
            }
        )


class ReportFile(OfMonth):
    """An address of a gzipped CSV, which works for a few minutes and without a header."""

    sort: ClassVar[str]

    @described("The address of a file of the report", answers.ReportFile, asks=Query, wrong=[404])
    def get(self, request: Request) -> Response:
        caller, row = self.row(request)
        address = open_address(
            request=request._request, caller=caller, kind=KIND, key=key_of(row=row, sort=self.sort)
        )
        return Response(
            {
                "object": f"billing-report-{self.sort}",
                "filename": file_name(row=row, sort=self.sort),
                "url": address,
            }
        )


class ActiveDevices(ReportFile):
    """`GET /v3/billing-report-active-devices`."""

    sort = "active-devices"
    missing = "Active devices billing data not yet available."


class FirmwareUpdates(ReportFile):
    """`GET /v3/billing-report-firmware-updates`."""

    sort = "firmware-updates"
    missing = "Firmware updates billing data not yet available."


def _data(row: UsageReportRow, *, whole: bool = False) -> dict[str, Any]:
    return shapes.billing_data(
        row.whole if whole else row.own,
        calls=row.counts_calls,
        month=row.report.month,
        made_at=row.report.made_at,
    )


def _subtenant(row: UsageReportRow, entries: list[QuotaEntry]) -> dict[str, Any]:
    return {
        "account": row.attributes,
        "billing_data": _data(row),
        "service_package": {"quota_usage": shapes.usage_of_quota(entries)},
    }


def _metadata(package: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """How the package stood at the end of the month; None if there was no valid one."""
    if package is None:
        return None
    return {
        "start_time": instant(datetime.fromisoformat(package["starts_at"])),
        "end_time": instant(datetime.fromisoformat(package["ends_at"])),
        "remaining_quota": package["remaining"],
        "reserved_quota": package["reserved"],
    }
