"""What the seals of bills are taken over, read back from their rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from billing_portal.common.money import plain
from billing_portal.common.periods import Month
from invoices.choices import BillState
from invoices.models import Bill, BillDayTotal, BillItemTotal
from invoices.rating.seals import SealedBill, sealed_days, sealed_items


def sealed_contents(
    *, bills: Sequence[Bill], items: Mapping[int, Sequence[BillItemTotal]]
) -> dict[int, SealedBill]:
    """The sealed content of each bill by its id, in one query; accounts must be loaded.

    `items` are the sums by item of these bills.
    """
    days: dict[int, list[BillDayTotal]] = defaultdict(list)
    for day in BillDayTotal.objects.filter(bill__in=bills):
        days[day.bill_id].append(day)
    return {
        bill.pk: _content(bill, sealed_items(items[bill.pk]), sealed_days(days[bill.pk]))
        for bill in bills
    }


def last_seals(*, account_ids: Sequence[int], coverage: str, before: Month) -> dict[int, str]:
    """The seal of each account's last closed bill before a month; some have none."""
    rows = (
        Bill.objects.filter(
            account__in=account_ids, coverage=coverage, state=BillState.CLOSED, month__lt=before
        )
        .order_by("month")
        .values_list("account_id", "seal")
    )
    return dict(rows)


def _content(bill: Bill, items: dict[str, str], days: dict[str, str]) -> SealedBill:
    return SealedBill(
        account=bill.account.key,
        coverage=bill.coverage,
        month=bill.month.iso,
        currency=bill.currency,
        net=plain(bill.net),
        tax_minor=bill.tax_minor,
        gross_minor=bill.gross_minor,
        line_count=bill.line_count,
        detail_hash=bill.detail_hash,
        bundle_hash=bill.bundle_hash,
        tariff_hash=bill.tariff_hash,
        items=items,
        days=days,
    )
