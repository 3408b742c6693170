"""Which months want to be evaluated, and which files are still referred to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import groupby

from django.db.models import Exists, OuterRef

from billing_portal.common.periods import Month
from invoices.choices import BillState
from invoices.models import Bill, BillCorrection, DocumentFile
from invoices.selectors.breakdown import kept
from usage.choices import MonthState
from usage.models import AccountMonth


@dataclass(frozen=True, slots=True)
class DueShard:
    month: Month
    coverage: str
    account_ids: tuple[int, ...]


def due_evaluations(*, now: datetime, size: int) -> Iterator[DueShard]:
    """Open months without a bill, or with a preliminary one from before the last midnight UTC."""
    midnight = datetime.combine(now.date(), time.min, UTC)
    current = Bill.objects.filter(
        account=OuterRef("account"), coverage=OuterRef("coverage"), month=OuterRef("month")
    ).exclude(state=BillState.TEMPORARY, evaluated_at__lt=midnight)
    rows = (
        AccountMonth.objects.filter(
            ~Exists(current), state=MonthState.OPEN, month__lte=Month.of(now)
        )
        .order_by("month", "coverage", "account_id")
        .values_list("month", "coverage", "account_id")
    )
    for (month, coverage), group in groupby(rows, key=lambda row: row[:2]):
        ids = [account_id for *_key, account_id in group]
        for start in range(0, len(ids), size):
            yield DueShard(month, coverage, tuple(ids[start : start + size]))


def referred_files() -> dict[str, set[str]]:
    """Names of the files that rows refer to, by kind; sums by device go with their lines."""
    hashes = Bill.objects.values_list("detail_hash", flat=True)
    return {
        "detail": set(Bill.objects.values_list("detail_file", flat=True)),
        kept.KIND: {kept.name_for(found) for found in hashes},
        "bundles": {
            *Bill.objects.values_list("bundle_file", flat=True),
            *BillCorrection.objects.values_list("bundle_file", flat=True),
        },
        "pdf": set(DocumentFile.objects.values_list("stored_as", flat=True)),
    }
