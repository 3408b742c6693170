"""Proposing the bills of an ended month: complete, but without seal and number."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from billing_portal.common.checkpoints import reached
from billing_portal.common.money import Currency
from billing_portal.common.periods import Month
from invoices.choices import BillState
from invoices.models import Bill
from invoices.rating.problems import Problem
from invoices.services import documents
from invoices.services.bills import drafts
from invoices.services.bills.corrections import late_for
from invoices.services.bills.shards import ended_month, rate_shard
from usage.choices import MonthState
from usage.selectors.months import versions_of
from usage.services.months import MonthKey, lock


@dataclass(slots=True)
class Proposal:
    """Accounts by what became of them: closed before, proposed, overtaken by intake, unratable."""

    settled: list[int] = field(default_factory=list)
    proposed: list[Bill] = field(default_factory=list)
    overtaken: list[int] = field(default_factory=list)
    problems: dict[int, list[Problem]] = field(default_factory=dict)


def propose(*, month: Month, coverage: str, account_ids: Sequence[int], now: datetime) -> Proposal:
    """Rate the month and write it as proposed bills, unless facts came in meanwhile."""
    versions = versions_of(month=month, coverage=coverage, account_ids=account_ids)
    shard = ended_month(month=month, coverage=coverage, account_ids=sorted(versions))
    rated = rate_shard(shard, late_for(shard))
    drafted, untaxed = drafts.draft_all(
        shard=shard, rated=rated.accounts, versions=versions, keep_inputs=True, now=now
    )
    reached("close.filed")
    unquoted = _unquoted(drafted, month)
    proposal = Proposal(
        settled=sorted(set(account_ids) - versions.keys()),
        problems={key: list(found) for key, found in rated.problems.items()} | untaxed | unquoted,
    )
    drafted = [draft for draft in drafted if draft.bill.account_id not in unquoted]
    with transaction.atomic():
        _write_current(proposal, drafted, month, coverage)
        reached("close.before_proposal")
    reached("close.proposed")
    return proposal


def _unquoted(drafted: Sequence[drafts.Draft], month: Month) -> dict[int, list[Problem]]:
    """The accounts whose tax must be stated in JPY as well, but no exchange rate is known (Q40)."""
    taxed = [
        draft.bill
        for draft in drafted
        if draft.bill.currency != Currency.JPY and draft.bill.tax_minor
    ]
    problems = documents.exchange_problems(month=month) if taxed else []
    return {bill.account_id: problems for bill in taxed} if problems else {}


def _write_current(
    proposal: Proposal, drafted: list[drafts.Draft], month: Month, coverage: str
) -> None:
    keys = {
        draft.bill.account_id: MonthKey(draft.bill.account_id, coverage, month) for draft in drafted
    }
    rows = lock(keys=keys.values())
    current = []
    for draft in drafted:
        row = rows[keys[draft.bill.account_id]]
        if row.state == MonthState.OPEN and row.version == draft.bill.version:
            current.append(draft)
        else:
            proposal.overtaken.append(draft.bill.account_id)
    proposal.proposed = drafts.write(current, state=BillState.PROPOSED) if current else []
