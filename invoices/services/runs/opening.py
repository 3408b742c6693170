"""Opening a month end, widening it, and trying parked accounts again."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.services import audit
from billing_portal.common.periods import Month
from invoices.choices import ItemState
from invoices.models import BillingRun, RunItem
from invoices.selectors.settings import NoIssuer, issue_day
from invoices.services.runs.states import ANEW
from usage.choices import MonthState
from usage.models import AccountMonth
from usage.services import calendar


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
        _add_items(run, months, now, actor)
    retry_parked(run=run, now=now, actor=actor, account_keys=account_keys)
    return run


def retry_parked(
    *, run: BillingRun, now: datetime, actor: str, account_keys: Collection[str] = ()
) -> int:
    """Let parked accounts of a run be tried again, when their reason has been mended."""
    parked = RunItem.objects.filter(run=run, state=ItemState.PARKED)
    if account_keys:
        parked = parked.filter(account__key__in=account_keys)
    return parked.update(**ANEW, due_at=now, lease_owner="", attempts=0, prepared_by=actor, note="")


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
    try:
        return issue_day(now=now)
    except NoIssuer as error:
        raise NoSeller(str(error)) from error


def _run(month: Month, issue_date: date, now: datetime, actor: str) -> BillingRun:
    run, is_new = BillingRun.objects.get_or_create(
        month=month, defaults={"issue_date": issue_date, "created_at": now, "created_by": actor}
    )
    if is_new:
        audit.record(actor=actor, action="billing_run.open", now=now, subject=month.iso)
    return run


def _add_items(
    run: BillingRun, months: "QuerySet[AccountMonth]", now: datetime, actor: str
) -> None:
    rows = months.filter(state=MonthState.OPEN).order_by("account", "coverage")
    common: dict[str, Any] = {"run": run, "due_at": now, "prepared_by": actor}
    RunItem.objects.bulk_create(
        [RunItem(account_id=row.account_id, coverage=row.coverage, **common) for row in rows],
        ignore_conflicts=True,
    )
