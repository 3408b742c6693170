"""Months come by themselves: an account whose devices merely exist is billed too."""

from django.db import transaction
from django.db.models import Max, Min, Q

from accounts.selectors.tree import tree_in
from billing_portal.common.periods import Month, months_through
from usage.models import AccountMonth, DeviceOwner
from usage.services.months import MonthKey, lock

BATCH = 500


def extend(*, through: Month) -> int:
    """Give every billing account and coverage in use a row for each month up to this one.

    In use is what has a month already, or whose accounts own devices. A coverage begins with its
    first device or fact and leaves no month out from there on. Returns the number of new months.
    """
    missing = sorted(_missing(through))
    for start in range(0, len(missing), BATCH):
        with transaction.atomic():
            lock(keys=missing[start : start + BATCH])
    return len(missing)


def _missing(through: Month) -> set[MonthKey]:
    ended = _ended_before(through)
    rows = AccountMonth.objects.values_list("account_id", "coverage").annotate(Max("month"))
    last = {(account_id, coverage): month for account_id, coverage, month in rows}
    begun = {pair: month.next for pair, month in last.items()}
    for pair, month in _first_devices(through).items():
        begun.setdefault(pair, month)
    return {
        MonthKey(*pair, month)
        for pair, first in begun.items()
        if first <= through and pair[0] not in ended
        for month in months_through(first, through)
    }


def _first_devices(through: Month) -> dict[tuple[int, str], Month]:
    """The month in which each billing account's first device of a coverage came to it."""
    payers = tree_in(month=through).payers()
    rows = (
        DeviceOwner.objects.filter(since__lt=through.end)
        .values_list("account_id", "device__coverage")
        .annotate(Min("since"))
    )
    first: dict[tuple[int, str], Month] = {}
    for account_id, coverage, since in rows:
        pair = (payers.get(account_id, account_id), coverage)
        first[pair] = min(first.get(pair, through), Month.of(since))
    return first


def _ended_before(month: Month) -> frozenset[int]:
    ended = Q(account__ended_at__lt=month.start)
    rows = AccountMonth.objects.filter(ended).values_list("account_id", flat=True)
    return frozenset(rows.distinct())
