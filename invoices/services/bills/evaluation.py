"""The running month: the same road as the close, but it stops at a temporary bill."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from billing_portal.common.periods import Month
from invoices.choices import BillState
from invoices.models import Bill
from invoices.rating.problems import Problem
from invoices.services.bills import drafts
from invoices.services.bills.corrections import late_for
from invoices.services.bills.shards import rate_shard, running_month
from usage.choices import MonthState
from usage.selectors.months import versions_of
from usage.services.months import MonthKey, lock


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What became of it: the bills that were written, and why others could not be rated."""

    bills: list[Bill]
    problems: dict[int, list[Problem]]


def evaluate(
    *, month: Month, coverage: str, account_ids: Sequence[int], now: datetime
) -> Evaluation:
    """Rate the complete days of a month that is not closed and keep the result as temporary bills.

    A month that was proposed or closed meanwhile is left alone.
    """
    shard = running_month(month=month, coverage=coverage, account_ids=account_ids, now=now)
    versions = versions_of(month=month, coverage=coverage, account_ids=account_ids)
    rated = rate_shard(shard, late_for(shard))
    drafted, untaxed = drafts.draft_all(
        shard=shard,
        rated={key: account for key, account in rated.accounts.items() if key in versions},
        versions=versions,
        keep_inputs=False,
        now=now,
    )
    problems = {key: list(found) for key, found in rated.problems.items()} | untaxed
    with transaction.atomic():
        return Evaluation(_write_open(drafted, month, coverage), problems)


def _write_open(drafted: list[drafts.Draft], month: Month, coverage: str) -> list[Bill]:
    keys = [MonthKey(draft.bill.account_id, coverage, month) for draft in drafted]
    rows = lock(keys=keys)
    settled = set(
        Bill.objects.filter(account__in=[key.account_id for key in keys], coverage=coverage)
        .filter(month=month)
        .exclude(state=BillState.TEMPORARY)
        .values_list("account_id", flat=True)
    )
    still_open = [
        draft
        for draft, key in zip(drafted, keys, strict=True)
        if rows[key].state == MonthState.OPEN and key.account_id not in settled
    ]
    return drafts.write(still_open, state=BillState.TEMPORARY) if still_open else []
