"""Closed months that something came late for, rated again for the bill of the first open month.

By the prices and rule versions that they were closed with, without coupons (rules.md Q32, Q33).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from billing_portal.common import files
from billing_portal.common.periods import Month
from invoices.rating import deltas, registry
from invoices.rating.bundle import Bundle, head
from invoices.rating.container import BrokenBundle
from invoices.rating.deltas import Tax
from invoices.rating.frames import Table
from invoices.rating.problems import Problem
from invoices.rating.tariff import Tariff
from invoices.rating.tariffs import completed
from invoices.rating.vocabulary import CURRENCY
from invoices.selectors import breakdown
from invoices.selectors.corrections import Past, carried_into, pasts
from invoices.selectors.tariff import tariff_of
from invoices.services.bills.shards import (
    NOTHING_LATE,
    Correction,
    Late,
    NotRated,
    Shard,
    load_frames,
    rate_again,
)
from usage.selectors.months import disturbed_months

Problems = dict[int, list[Problem]]


@dataclass(frozen=True, slots=True)
class _Terms:
    """By what a month is rated again: the tariff and rule versions that it was billed by."""

    tariff: Tariff
    rules: Mapping[str, int]


def late_for(shard: Shard) -> Late:
    """What the bills of a shard correct, and the credit that they begin with.

    Two queries for a shard that has neither.
    """
    disturbed = disturbed_months(
        before=shard.month, coverage=shard.coverage, account_ids=shard.account_ids
    )
    brought = carried_into(
        month=shard.month, coverage=shard.coverage, account_ids=shard.account_ids
    )
    if not disturbed and not brought:
        return NOTHING_LATE
    lines: dict[int, list[Table]] = defaultdict(list)
    corrections: dict[int, list[Correction]] = defaultdict(list)
    problems: Problems = defaultdict(list)
    for account_id, correction, table in _corrected(shard, disturbed, problems):
        corrections[account_id].append(correction)
        lines[account_id].append(table)
    for account_id, amounts in brought.items():
        lines[account_id].append(brought_forward(amounts, shard.month, shard.coverage))
    tables = [deltas.table(account_id, found) for account_id, found in sorted(lines.items())]
    return Late(deltas.together(tables), dict(corrections), dict(problems))


def brought_forward(amounts: Mapping[Tax, Decimal], month: Month, coverage: str) -> Table:
    """The lines of credit that the bill before carries into this month."""
    unit = CURRENCY[coverage].value
    return deltas.credit(deltas.BACKWARD, amounts, month=month, unit=unit)


def delta_lines(*, made_from: Bundle, past: Past, rules: Mapping[str, int]) -> Table:
    """What a closed month comes to by this bundle, less what closed bills charged for it.

    `rules` are the versions of the bill that the lines stand on. Raises NotRated or OSError.
    """
    month = made_from.tariff.month
    right = deltas.billed([rate_again(made_from).detail.table], month)
    billed = deltas.billed(map(breakdown.read, past.bills), month)
    table: Table = registry.pinned(rules)["delta"].function(right, billed)
    return table


def _corrected(
    shard: Shard, disturbed: Mapping[int, Mapping[Month, int]], problems: Problems
) -> Iterator[tuple[int, Correction, Table]]:
    known = pasts(months=disturbed, coverage=shard.coverage, before=shard.month)
    rules = registry.in_force(shard.month).versions()
    for month in sorted({month for found in disturbed.values() for month in found}):
        now = tariff_of(coverage=shard.coverage, month=month)
        past = {
            account_id: known.get((account_id, month), Past())
            for account_id, months in disturbed.items()
            if month in months
        }
        for made_from in _made_from(shard, month, past, now, problems):
            account_id = made_from.account_id
            try:
                bundle, lines = _lines(made_from, past[account_id], now, rules)
            except NotRated as error:
                problems[account_id] += error.problems
            except (OSError, ValueError) as error:
                problems[account_id].append(_unreadable(month, error))
            else:
                version = disturbed[account_id][month]
                yield account_id, Correction(month, version, bundle), lines


def _lines(
    made_from: Bundle, past: Past, now: Tariff, rules: Mapping[str, int]
) -> tuple[Bundle, Table]:
    """The delta lines of a month, and what it was rated from in the end.

    What came late may be something that the kept tariff has no price for. The bundle then takes
    from the catalogue what is new, and nothing that would change what was charged.
    """
    try:
        return made_from, delta_lines(made_from=made_from, past=past, rules=rules)
    except NotRated:
        wider = made_from.priced_by(completed(made_from.tariff, now))
        return wider, delta_lines(made_from=wider, past=past, rules=rules)


def _made_from(
    shard: Shard, month: Month, past: Mapping[int, Past], now: Tariff, problems: Problems
) -> Iterator[Bundle]:
    """What is known now of a closed month, account by account; loaded by tariff, as that says how
    usage is counted.
    """
    groups: dict[str, dict[int, _Terms]] = defaultdict(dict)
    for account_id, each in past.items():
        try:
            terms = _terms(each, month, now)
        except (BrokenBundle, OSError) as error:
            problems[account_id].append(_unreadable(month, error))
        else:
            groups[terms.tariff.digest][account_id] = terms
    for group in groups.values():
        tariff = next(iter(group.values())).tariff
        again = Shard(month, shard.coverage, tuple(group), month.end, with_late=True)
        facts = load_frames(again, tariff)
        for account_id, terms in group.items():
            yield Bundle(
                account_id,
                facts.of(account_id),
                tariff,
                again.days,
                terms.rules,
                facts.texts_of(account_id),
            )


def _terms(past: Past, month: Month, now: Tariff) -> _Terms:
    """A month that no bill was made from yet is rated as it would be now."""
    if not past.bundle_file:
        return _Terms(now, registry.in_force(month).versions())
    with files.open_file(past.bundle_file) as file:
        return _Terms(*head(file))


def _unreadable(month: Month, error: Exception) -> Problem:
    return Problem(
        what=f"Something came late for {month}, and what was billed cannot be read: {error}",
        remedy="Bring back the files of that bill from a backup, then retry.",
    )
