"""Why lines of a bill have their amounts: from its kept inputs, or from the facts as of now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any

from billing_portal.common import files
from billing_portal.common.periods import Month
from invoices.models import Bill
from invoices.rating import registry
from invoices.rating.bundle import Bundle
from invoices.rating.container import BrokenBundle
from invoices.rating.deltas import CREDITS, FORWARD
from invoices.rating.explaining import (
    Line,
    Needs,
    Rebuilt,
    billed,
    correction,
    credit,
    explain,
    needs,
    opened,
)
from invoices.rating.registry import UnknownRule
from invoices.rating.tariff import Tariff
from invoices.selectors import why
from invoices.selectors.breakdown import Where
from invoices.selectors.corrections import month_before, pasts
from invoices.selectors.days import corrected
from invoices.selectors.tariff import tariff_of
from invoices.services.bills.corrections import late_for
from invoices.services.bills.shards import NOTHING_LATE, load_frames, running_month
from usage.selectors.frames import Wanted


class Inputs(StrEnum):
    """Where the facts of an explanation come from."""

    KEPT = "kept"  # the input bundle of the bill
    NOW = "now"  # the database, since preliminary figures keep none
    MISSING = "missing"  # the bundle cannot be read, so that a line is all there is


@dataclass(frozen=True, slots=True)
class Explained:
    inputs: Inputs
    lines: list[dict[str, Any]]


def explained(bill: Bill, *, lines: Sequence[Line]) -> Explained:
    """The explanation of some lines of one device, date and item (docs/rating.md)."""
    month = corrected(lines[0].date, bill.month) if lines else None
    if month is not None:
        return Explained(_kept(bill), [_correction(bill, line, month) for line in lines])
    if lines and lines[0].code in CREDITS:
        return Explained(_kept(bill), [_credit(bill, line) for line in lines])
    inputs, rebuilt = _rebuilt(bill, lines)
    content = explain(lines, rebuilt)
    for each in content:
        if each["price"]:
            each["price"]["quoted"] = why.quoted(each["price"], coverage=bill.coverage)
    return Explained(inputs, content)


def _kept(bill: Bill) -> Inputs:
    return Inputs.KEPT if bill.bundle_file else Inputs.NOW


def _correction(bill: Bill, line: Line, month: Month) -> dict[str, Any]:
    """A delta line (rules.md Q32): what closed bills charged so far, and what is right."""
    past = pasts(months={bill.account_id: [month]}, coverage=bill.coverage, before=bill.month)
    where = Where(item=line.name, device=line.device, day=line.date)
    known = [
        (each.month, old)
        for found in past.values()
        for each in found.bills
        for old in why.lines(each, where=where, unit_price=None)
    ]
    return correction(line, billed(known, line), month=month)


def _credit(bill: Bill, line: Line) -> dict[str, Any]:
    """Credit that the bill carries forward, or that the bill before it did."""
    if line.code == FORWARD:
        return credit(line, before=None)
    return credit(line, before=month_before(bill))


def _rebuilt(bill: Bill, lines: Sequence[Line]) -> tuple[Inputs, Rebuilt | None]:
    if not bill.bundle_file:
        return Inputs.NOW, Rebuilt(_as_of_now(bill, lines))
    try:
        kept = opened(files.read(bill.bundle_file), partial(_needs, lines))
        return Inputs.KEPT, Rebuilt(kept)
    except (BrokenBundle, UnknownRule, OSError):
        return Inputs.MISSING, None


def _as_of_now(bill: Bill, lines: Sequence[Line]) -> Bundle:
    """The days of the bill and the facts that were in force when it was made, as known now.

    One-off charges are left out, so coupons of the running month pay none of them (Q31).
    """
    shard = running_month(
        month=bill.month,
        coverage=bill.coverage,
        account_ids=[bill.account_id],
        now=bill.evaluated_at,
    )
    known = tariff_of(coverage=bill.coverage, month=bill.month)
    tariff = replace(known, items=tuple(item for item in known.items if not item.one_off))
    need = _needs(lines, tariff)
    wanted = Wanted(need.device, need.meters, need.day)
    # Only what coupons pay follows from delta lines as well.
    late = late_for(shard) if need.device is None else NOTHING_LATE
    frames = load_frames(shard, tariff, wanted=wanted, deltas=late.deltas)
    return Bundle(
        account_id=bill.account_id,
        frames=frames.of(bill.account_id),
        tariff=tariff,
        days=shard.days,
        rules=registry.in_force(bill.month).versions(),
    )


def _needs(lines: Sequence[Line], tariff: Tariff) -> Needs:
    """What lines of one device follow from, all together."""
    each = [
        needs(tariff, code=line.code, device=line.device, price=line.price, written=line.date)
        for line in lines
    ]
    meters = frozenset(meter for one in each for meter in one.meters)
    if not each or any(one.device is None for one in each):
        return Needs(None, meters)
    days = {one.day for one in each}
    return Needs(each[0].device, meters, days.pop() if len(days) == 1 else None)
