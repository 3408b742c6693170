"""Months come by themselves: an account whose devices merely exist is billed too."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Exists, Min, OuterRef

from accounts.models import Account, Placement
from accounts.selectors.tree import tree_in
from billing_portal.common.periods import FIRST_YEAR, Month, months_through
from usage.models import AccountMonth, DeviceOwner
from usage.selectors.months import owing_pairs
from usage.services.months import MonthKey, lock

BATCH = 500
FIRST_MONTH = Month(FIRST_YEAR, 1)
Pair = tuple[int, str]


def extend(*, through: Month) -> int:
    """Give every billing account and coverage in use a row for each month up to this one.

    In use is what has a month already, or whose accounts own devices. A coverage begins with its
    first device or fact, though not before its account, and leaves no month out from there on.
    Where everything is closed, as for an account that ended, what comes late gets one more month.
    Returns the number of new months.
    """
    missing = sorted(_missing(through))
    for start in range(0, len(missing), BATCH):
        with transaction.atomic():
            lock(keys=missing[start : start + BATCH])
    return len(missing)


def _missing(through: Month) -> set[MonthKey]:
    present = _present(through)
    begun = _first_devices(through) | {pair: min(months) for pair, months in present.items()}
    last = _last_months()
    missing = {
        MonthKey(*pair, month)
        for pair, first in begun.items()
        for month in months_through(first, min(through, last.get(pair[0], through)))
        if month not in present.get(pair, ())
    }
    owing = owing_pairs()
    return missing | {MonthKey(*pair, through) for pair in owing if owing[pair] < through}


def _present(through: Month) -> Mapping[Pair, set[Month]]:
    found: dict[Pair, set[Month]] = {}
    rows = AccountMonth.objects.filter(month__lte=through).order_by()
    for account_id, coverage, month in rows.values_list("account_id", "coverage", "month"):
        found.setdefault((account_id, coverage), set()).add(month)
    return found


def _first_devices(through: Month) -> dict[Pair, Month]:
    """The month in which each billing account's first device of a coverage came to it.

    An account that moves in the tree takes its devices to another bill from that month on, and not
    from the day on which it got them.
    """
    rows = (
        DeviceOwner.objects.filter(since__lt=through.end)
        .order_by()
        .values_list("account_id", "device__coverage")
        .annotate(Min("since"))
    )
    owners = [(account_id, coverage, Month.of(since)) for account_id, coverage, since in rows]
    placed = _placed()
    first: dict[Pair, Month] = {}
    for begins, ends in _eras(through):
        tree = tree_in(month=ends)
        for account_id, coverage, since in owners:
            payer = tree.payer_of(account_id)
            if payer is None or since > ends:
                continue
            month = max(since, placed[account_id], begins)
            first[payer, coverage] = min(first.get((payer, coverage), month), month)
    return first


def _placed() -> dict[int, Month]:
    """The month in which each account came into the tree."""
    firsts = Placement.objects.order_by().values_list("account_id").annotate(Min("since"))
    return {account_id: Month.of(since) for account_id, since in firsts}


def _eras(through: Month) -> list[tuple[Month, Month]]:
    """First and last months of times in which no account moved: new ones only came."""
    earlier = Placement.objects.filter(account=OuterRef("account"), since__lt=OuterRef("since"))
    moves = Placement.objects.filter(Exists(earlier), since__lte=through.first_day)
    days = moves.order_by("since").values_list("since", flat=True).distinct()
    begins = [FIRST_MONTH, *(Month.of(day) for day in days)]
    return list(zip(begins, [*(month.previous for month in begins[1:]), through], strict=True))


def _last_months() -> dict[int, Month]:
    """The month in which each account that ended did so."""
    ended = Account.objects.filter(ended_at__isnull=False).values_list("pk", "ended_at")
    return {account_id: Month.of(at) for account_id, at in ended if at is not None}
