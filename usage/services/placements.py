"""Moving an account in the tree, in order with intake and close.

The tree itself is kept by `accounts`, which knows nothing of months that are closed.
"""

from datetime import date, datetime

from django.db import transaction

from accounts.models import Account, Placement
from accounts.selectors.tree import trees_from
from accounts.services import audit
from accounts.services import tree as accounts_tree
from billing_portal.common.periods import Month
from usage.choices import MonthState
from usage.models import AccountMonth
from usage.selectors.devices import payers_from
from usage.services import months
from usage.services.months import MonthKey


def move(
    *,
    account: Account,
    since: date,
    parent: Account | None,
    is_billing: bool,
    actor: str,
    now: datetime,
) -> Placement:
    """Say where an account stands from the first of a month on; refused if a bill is closed on it.

    All months of all who pay for it, before or after, are locked and bumped, so that a close that
    is under way sees the move. Raises accounts.services.tree.PlacementRefused.
    """
    with transaction.atomic():
        accounts_tree.lock()
        payers = _payers(account, Month.of(since), parent)
        keys = _months(payers, Month.of(since))
        rows = months.lock(keys=keys)
        closed = [key.month for key, row in rows.items() if row.state == MonthState.CLOSED]
        placement = accounts_tree.place(
            account=account,
            since=since,
            parent=parent,
            is_billing=is_billing,
            not_before=max(closed).next.first_day if closed else date.min,
            now=now,
        )
        months.bump(months=rows.values())
        audit.record(
            actor=actor,
            action="account.place",
            now=now,
            account_key=account.key,
            subject=since.isoformat(),
            detail={"parent": parent.key if parent else "", "is_billing": is_billing},
        )
    return placement


def _months(payers: set[int], month: Month) -> set[MonthKey]:
    """The months of these accounts from this one on, as far as there are any.

    None is added: a month that nobody has begun is rated with the tree as it will be.
    """
    rows = AccountMonth.objects.filter(account_id__in=payers, month__gte=month)
    return {
        MonthKey(*key) for key in rows.order_by().values_list("account_id", "coverage", "month")
    }


def _payers(account: Account, month: Month, parent: Account | None) -> set[int]:
    """Everybody who pays for the account and what is below it, before the move or after."""
    around = _moved(account, month) | ({parent.pk} if parent else set())
    return {account.pk}.union(*payers_from(account_ids=around, month=month).values())


def _moved(account: Account, month: Month) -> set[int]:
    """The account and whatever stands below it, in this month or later."""
    return {account.pk}.union(*(tree.below(account.pk) for tree in trees_from(month=month)))
