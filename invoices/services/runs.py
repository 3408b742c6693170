"""Month ends: opening a run, and working through its accounts shard by shard.

The rows are the truth. A step that was done is not done again, and a process that dies leaves rows
from which any other goes on (design.md §4.8).
"""

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.services import audit
from billing_portal.common import leases
from billing_portal.common.periods import Month
from invoices.choices import ItemState
from invoices.models import BillingRun, RunItem
from invoices.rating.problems import Problem
from invoices.selectors.runs import due_shards, unfinished
from invoices.selectors.settings import NoIssuer, issuer
from invoices.services import bills, documents
from usage.choices import MonthState
from usage.models import AccountMonth
from usage.services import calendar
from usage.services.months import MonthKey, lock

logger = logging.getLogger(__name__)

SOON = timedelta(seconds=2)
LATER = timedelta(seconds=30)
PATIENCE = 3
"""So often an account is rated without holding its month; under steady intake none would close."""


class RunRefused(Exception):
    """A month end that must not begin; the message says why and what to do."""


class MonthNotEnded(RunRefused):
    def __init__(self, month: Month) -> None:
        super().__init__(
            _("%(month)s has not ended: it can be closed from %(day)s, 00:00 UTC.")
            % {"month": month, "day": month.next.first_day}
        )


class PredecessorOpen(RunRefused):
    def __init__(self, month: Month, account: Account) -> None:
        super().__init__(
            _("%(month)s of %(account)s is still open: close it first.")
            % {"month": month, "account": account.key}
        )


class UnknownAccount(RunRefused):
    def __init__(self, key: str, month: Month) -> None:
        super().__init__(
            _("%(key)s is no billing account with anything to close in %(month)s.")
            % {"key": key, "month": month}
        )


class NothingToClose(RunRefused):
    def __init__(self, month: Month) -> None:
        super().__init__(
            _("%(month)s has nothing to close: no account had devices or usage by then.")
            % {"month": month}
        )


class NoSeller(RunRefused):
    """Nobody is there to issue the documents of the month."""


def open_run(
    *, month: Month, now: datetime, actor: str, account_keys: Collection[str] = ()
) -> BillingRun:
    """Open the one run of a month, or widen it to further accounts; parked ones are tried again.

    Without account keys, all accounts take part. Raises a `RunRefused`.
    """
    if now < month.end:
        raise MonthNotEnded(month)
    issue_date = _issue_date(now)
    calendar.extend(through=month)
    months = _months(month, account_keys)
    _refuse_gaps(month, months)
    with transaction.atomic():
        run = _run(month, issue_date, now, actor)
        _add_items(run, months, now)
    retry_parked(run=run, now=now, account_keys=account_keys)
    return run


def retry_parked(*, run: BillingRun, now: datetime, account_keys: Collection[str] = ()) -> int:
    """Let parked accounts of a run be tried again, when their reason has been mended."""
    parked = RunItem.objects.filter(run=run, state=ItemState.PARKED)
    if account_keys:
        parked = parked.filter(account__key__in=account_keys)
    return parked.update(
        state=ItemState.PENDING, problems=[], error="", due_at=now, lease_owner="", attempts=0
    )


def work_next(*, now: datetime) -> int:
    """Propose and close the first shard that is due; return how many accounts it had.

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


def _months(month: Month, account_keys: Collection[str]) -> "QuerySet[AccountMonth]":
    months = AccountMonth.objects.filter(month=month).select_related("account")
    if not months.exists():
        raise NothingToClose(month)
    if not account_keys:
        return months
    months = months.filter(account__key__in=account_keys)
    found = set(months.values_list("account__key", flat=True))
    for key in sorted(set(account_keys) - found):
        raise UnknownAccount(key, month)
    return months


def _refuse_gaps(month: Month, months: "QuerySet[AccountMonth]") -> None:
    """A month may wait for a parked one, but not for one that nobody has begun to close."""
    earlier = AccountMonth.objects.filter(
        account__in=months.values("account"), month__lt=month, state=MonthState.OPEN
    ).select_related("account")
    begun = set(
        RunItem.objects.filter(run__month__lt=month).values_list(
            "account_id", "coverage", "run__month"
        )
    )
    for row in earlier.order_by("month", "account__key"):
        if (row.account_id, row.coverage, row.month) not in begun:
            raise PredecessorOpen(row.month, row.account)


def _issue_date(now: datetime) -> date:
    """Today, where the seller is."""
    try:
        return now.astimezone(ZoneInfo(issuer().time_zone)).date()
    except NoIssuer as error:
        raise NoSeller(str(error)) from error


def _run(month: Month, issue_date: date, now: datetime, actor: str) -> BillingRun:
    run, is_new = BillingRun.objects.get_or_create(
        month=month, defaults={"issue_date": issue_date, "created_at": now, "created_by": actor}
    )
    if is_new:
        audit.record(actor=actor, action="billing_run.open", now=now, subject=month.iso)
    return run


def _add_items(run: BillingRun, months: "QuerySet[AccountMonth]", now: datetime) -> None:
    rows = months.filter(state=MonthState.OPEN).order_by("account", "coverage")
    RunItem.objects.bulk_create(
        [
            RunItem(run=run, account_id=row.account_id, coverage=row.coverage, due_at=now)
            for row in rows
        ],
        ignore_conflicts=True,
    )


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
        _close([item for item in items if item.state == ItemState.PROPOSED], now)
    except (OperationalError, OSError) as error:
        # A deadlock, a lock timeout, a full disk: nothing is wrong with the accounts.
        logger.warning("shard of run %s postponed: %s", items[0].run_id, error)
        _postpone(items, error=str(error), now=now, delay=LATER)
    except documents.BillDiffers as error:
        _propose_again(items, error, now)
    except Exception as error:
        if len(items) > 1:
            logger.warning("shard of run %s failed, going one by one", items[0].run_id)
            for item in items:
                _advance([item], now)
        else:
            logger.exception("account %s of run %s failed", items[0].account_id, items[0].run_id)
            _park(items[0], [Problem(f"{type(error).__name__}: {error}", _REPORT)])


_REPORT = "This is a fault of the program: please report it. Then retry."


def _propose_again(items: Sequence[RunItem], error: Exception, now: datetime) -> None:
    """A recipient, a tax rate or the rounding changed after the proposal: state it anew."""
    _move(items, ItemState.PENDING)
    _postpone(items, error=str(error), now=now, delay=SOON)


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
    _move([by_account[bill.account_id] for bill in proposal.proposed], ItemState.PROPOSED)
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
    )
    overtaken = [item for item in items if item.account_id in closing.overtaken]
    _move([item for item in items if item not in overtaken], ItemState.CLOSED)
    _move(overtaken, ItemState.PENDING)
    _postpone(overtaken, error="", now=now, delay=SOON)


def _move(items: Sequence[RunItem], state: ItemState) -> None:
    for item in items:
        item.state = state
    RunItem.objects.filter(pk__in=[item.pk for item in items]).update(
        state=state, problems=[], error=""
    )


def _postpone(items: Sequence[RunItem], *, error: str, now: datetime, delay: timedelta) -> None:
    for item in items:
        leases.fail(item, error=error, now=now, delay=delay)


def _park(item: RunItem, problems: Iterable[Problem]) -> None:
    item.state = ItemState.PARKED
    item.problems = [problem.as_json() for problem in problems]
    item.save(update_fields=["state", "problems"])
