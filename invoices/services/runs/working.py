"""Working through the accounts of a month end, shard by shard.

The rows are the truth. A step that was done is not done again, and a process that dies leaves rows
from which any other goes on (design.md §4.8).
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import OperationalError, transaction

from billing_portal.common import leases
from invoices.choices import ItemState
from invoices.models import RunItem
from invoices.rating.problems import Problem
from invoices.selectors.approvals import digest
from invoices.selectors.runs import due_shards, is_automatic, unfinished
from invoices.services import bills, documents
from invoices.services.runs.states import ANEW
from usage.services.months import MonthKey, lock

logger = logging.getLogger(__name__)

SOON = timedelta(seconds=2)
LATER = timedelta(seconds=30)
PATIENCE = 3
"""So often an account is rated without holding its month; under steady intake none would close."""


def work_next(*, now: datetime) -> int:
    """Propose and, as far as it is approved, close the first shard that is due.

    Return how many accounts it had.

    Shards have one order, whoever works and whatever message came first: a month end that was cut
    off and goes on numbers its invoices as if nothing had happened.
    """
    for ids in due_shards(now=now, size=settings.SHARD_SIZE):
        taken = leases.take(
            unfinished().filter(pk__in=ids), now=now, seconds=settings.LEASE_SECONDS
        )
        if taken:
            items = RunItem.objects.filter(pk__in=taken).select_related("run")
            _go_on(list(items.order_by("account__key")), now)
            leases.release(RunItem, taken)
            return len(taken)
    return 0


def _go_on(items: Sequence[RunItem], now: datetime) -> None:
    """Rate outside any transaction; who is overtaken again and again keeps intake out for once."""
    patient = [item for item in items if item.attempts <= PATIENCE]
    if patient:
        _advance(patient, now)
    for item in items:
        if item.attempts > PATIENCE:
            with transaction.atomic():
                lock(keys=[MonthKey(item.account_id, item.coverage, item.run.month)])
                _advance([item], now)


def _advance(items: Sequence[RunItem], now: datetime) -> None:
    """Take one shard as far as it goes; one account that fails does not hold up the others."""
    try:
        _propose([item for item in items if item.state == ItemState.PENDING], now)
        if is_automatic():
            proposed = [item for item in items if item.state == ItemState.PROPOSED]
            _move(proposed, ItemState.APPROVED, approved_at=now)
        _close([item for item in items if item.state == ItemState.APPROVED], now)
    except (OperationalError, OSError) as error:
        # A deadlock, a lock timeout, a full disk: nothing is wrong with the accounts.
        logger.warning("shard of run %s postponed: %s", items[0].run_id, error)
        _postpone(items, error=str(error), now=now, delay=LATER)
    except Exception as error:
        if len(items) > 1:
            logger.warning("shard of run %s failed, going one by one", items[0].run_id)
            for item in items:
                _advance([item], now)
        elif isinstance(error, documents.BillDiffers):
            # A recipient, a tax rate or the rounding changed after the proposal: state it anew.
            _start_over(items, now, error=str(error))
        else:
            logger.exception("account %s of run %s failed", items[0].account_id, items[0].run_id)
            _park(items[0], [Problem(f"{type(error).__name__}: {error}", _REPORT)])


_REPORT = "This is a fault of the program: please report it. Then retry."


def _start_over(items: Sequence[RunItem], now: datetime, *, error: str = "") -> None:
    """What was proposed is outdated, and so is its approval."""
    RunItem.objects.filter(pk__in=[item.pk for item in items]).update(**ANEW)
    _postpone(items, error=error, now=now, delay=SOON)


def _propose(items: Sequence[RunItem], now: datetime) -> None:
    if not items:
        return
    proposal = bills.propose(
        month=items[0].run.month,
        coverage=items[0].coverage,
        account_ids=[item.account_id for item in items],
        now=now,
    )
    by_account = {item.account_id: item for item in items}
    _move([by_account[key] for key in proposal.settled], ItemState.CLOSED)
    _note_proposed([(by_account[bill.account_id], digest(bill)) for bill in proposal.proposed])
    _postpone([by_account[key] for key in proposal.overtaken], error="", now=now, delay=SOON)
    for account_id, problems in proposal.problems.items():
        _park(by_account[account_id], problems)


def _close(items: Sequence[RunItem], now: datetime) -> None:
    if not items:
        return
    run = items[0].run
    closing = bills.close(
        month=run.month,
        coverage=items[0].coverage,
        account_ids=[item.account_id for item in items],
        issue_date=run.issue_date,
        now=now,
        approved={item.account_id: item.digest for item in items},
    )
    overtaken = [item for item in items if item.account_id in closing.overtaken]
    parked = [item for item in items if item.account_id in closing.problems]
    open_still = [*overtaken, *parked]
    _move([item for item in items if item not in open_still], ItemState.CLOSED)
    _start_over(overtaken, now)
    for item in parked:
        _park(item, closing.problems[item.account_id])


def _note_proposed(proposed: Sequence[tuple[RunItem, str]]) -> None:
    """Name first what may be approved then."""
    for item, name in proposed:
        item.digest = name
    items = [item for item, _name in proposed]
    RunItem.objects.bulk_update(items, ["digest"])
    _move(items, ItemState.PROPOSED)


def _move(items: Sequence[RunItem], state: ItemState, **columns: object) -> None:
    for item in items:
        item.state = state
    RunItem.objects.filter(pk__in=[item.pk for item in items]).update(
        state=state, problems=[], error="", **columns
    )


def _postpone(items: Sequence[RunItem], *, error: str, now: datetime, delay: timedelta) -> None:
    for item in items:
        leases.fail(item, error=error, now=now, delay=delay)


def _park(item: RunItem, problems: Iterable[Problem]) -> None:
    item.state = ItemState.PARKED
    item.problems = [problem.as_json() for problem in problems]
    item.save(update_fields=["state", "problems"])
