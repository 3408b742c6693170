"""Proving delta lines: from the kept bundles of the corrected months, and the bills before."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from billing_portal.common import files
from invoices.models import Bill, BillCorrection
from invoices.rating import comparing, deltas
from invoices.rating.bundle import Bundle, unpack
from invoices.rating.container import BrokenBundle
from invoices.rating.frames import Table
from invoices.rating.registry import UnknownRule
from invoices.rating.vocabulary import CURRENCY
from invoices.selectors.corrections import Past, carried_into, pasts
from invoices.selectors.tariff import recorded_items, tariff_of
from invoices.services.bills.carrying import carried
from invoices.services.bills.corrections import brought_forward, delta_lines
from invoices.services.bills.shards import NotRated, Shard, load_frames, rate_bundle
from usage.models import AccountMonth


@dataclass(slots=True)
class Proved:
    """What the delta lines of a closed bill must be, and what is wrong with their inputs."""

    deltas: Table
    faults: list[str] = field(default_factory=list)


def proved(bill: Bill, kept: Bundle) -> Proved:
    """Work out the delta lines of a closed bill again: corrections, credit in, credit out."""
    rows = list(BillCorrection.objects.filter(bill=bill).order_by("month"))
    faults = []
    if {row.month.iso: row.bundle_hash for row in rows} != dict(kept.corrections):
        faults.append("the corrected months are not those that its bundle names")
    brought = carried_into(month=bill.month, coverage=bill.coverage, account_ids=[bill.account_id])
    parts = [brought_forward(brought.get(bill.account_id, {}), bill.month, bill.coverage)]
    past = pasts(
        months={bill.account_id: [row.month for row in rows]},
        coverage=bill.coverage,
        before=bill.month,
    )
    for row in rows:
        known = past.get((bill.account_id, row.month), Past())
        try:
            bundle = unpack(files.read(row.bundle_file))
            parts.append(delta_lines(made_from=bundle, past=known, rules=kept.rules))
        except (BrokenBundle, NotRated, UnknownRule, OSError, ValueError) as error:
            faults.append(f"{row.month}: {row.bundle_file}: {error}")
        else:
            faults += _faults(row, bill, known, bundle)
    table = _carried_forward(bill, kept, deltas.table(bill.account_id, parts))
    return Proved(table, faults)


def _carried_forward(bill: Bill, kept: Bundle, table: Table) -> Table:
    """With the credit that the bill carries forward, if it says that it does."""
    if not deltas.carries(kept.frames.deltas):
        return table
    account = rate_bundle(kept.with_deltas(table))
    return carried(account, unit=CURRENCY[bill.coverage].value).bundle.frames.deltas


def _faults(row: BillCorrection, bill: Bill, past: Past, bundle: Bundle) -> Iterator[str]:
    if bundle.digest != row.bundle_hash:
        yield f"{row.month}: the bundle {row.bundle_file} is not the one it was corrected by"
    now = tariff_of(coverage=bill.coverage, month=row.month)
    if past.own is None or past.own.tariff_hash != bundle.tariff.digest:
        differences = comparing.tariff_differences(bundle.tariff, now, recorded=recorded_items())
        yield from (f"{row.month}: {difference}" for difference in differences)
    if _is_latest(row, bill):
        shard = Shard(row.month, bill.coverage, (bill.account_id,), row.month.end, with_late=True)
        found = load_frames(shard, bundle.tariff).of(bill.account_id)
        differences = comparing.frame_differences(bundle.frames, found)
        yield from (f"{row.month}: {difference}" for difference in differences)


def _is_latest(row: BillCorrection, bill: Bill) -> bool:
    """Say whether this is all that is known of the month: nothing came since."""
    later = BillCorrection.objects.filter(
        bill__account=bill.account_id,
        bill__coverage=bill.coverage,
        bill__month__gt=bill.month,
        month=row.month,
    )
    months = AccountMonth.objects.filter(
        account=bill.account_id, coverage=bill.coverage, month=row.month
    )
    return not later.exists() and months.filter(version=row.version).exists()
