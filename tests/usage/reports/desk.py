"""Reading reports: figures as plain values, files as rows."""

import csv
import gzip
import io

from billing_portal.common import files
from usage.models import UsageReport, UsageReportRow


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
