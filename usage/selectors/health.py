"""What has been taken in: for those who watch over the portal."""

from datetime import datetime

from django.db.models import Sum

from usage.choices import ImportState
from usage.models import Import, ReportDue

OUTCOMES = ("accepted", "duplicate", "conflict", "rejected", "late", "skipped")


def reports_due() -> int:
    """How many usage reports are still to be made."""
    return ReportDue.objects.count()


def imports_running(*, now: datetime) -> int:
    """How many files are being taken in by processes that are alive."""
    return Import.objects.filter(state=ImportState.RUNNING, lease_until__gt=now).count()


def imported_rows() -> dict[str, int]:
    """How many rows of all files ended in each way."""
    sums = Import.objects.aggregate(**{name: Sum(name, default=0) for name in OUTCOMES})
    return {name: int(sums[name]) for name in OUTCOMES}
