"""Who was active, and what was counted: from the tables that intake keeps (rules.md Q53–Q58)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

import polars as pl
from django.db.models import Count, OuterRef, QuerySet, Subquery

from accounts.models import Account
from billing_portal.common.periods import Month
from usage.choices import Fold
from usage.metering.counters import TRANSACTIONS
from usage.models import AccountDay, DeviceActivity, Meter, UsageRecord
from usage.selectors.fetching import fetch

DAYS_OF_TRANSACTIONS = 30

Counters = dict[str, int]
"""By code of the meter. A meter that counted nothing is not there."""


def billable(*, accounts: Collection[int], month: Month) -> "QuerySet[DeviceActivity]":
    """What was seen in a month, by owner: a device that moved is there for each (Q57)."""
    return DeviceActivity.objects.filter(account_id__in=accounts, month=month)


def active(*, accounts: Collection[int], month: Month) -> "QuerySet[DeviceActivity]":
    """What connected or registered itself in a month, by owner."""
    return billable(accounts=accounts, month=month).filter(first_active_at__isnull=False)


def devices_in(rows: "QuerySet[DeviceActivity]") -> int:
    """How many devices these are: each once, whoever owned it (Q57)."""
    return rows.order_by().values("device_id").distinct().count()


def by_account(rows: "QuerySet[DeviceActivity]") -> dict[int, int]:
    """How many devices of each account; accounts without any are not there."""
    found = rows.order_by().values_list("account_id")
    return dict(found.annotate(Count("pk")))


def counters(
    *, accounts: Collection[int], month: Month, meters: Iterable[str] | None = None
) -> Mapping[int, Counters]:
    """What meters counted of each account in a month, folded as the meter says.

    Of a meter that folds to its last value this is the last one known at the end of the month,
    whenever it was told (Q58).
    """
    known = Meter.objects.order_by("pk")
    if meters is not None:
        known = known.filter(code__in=[*meters])
    by_fold: dict[Fold, list[Meter]] = defaultdict(list)
    for meter in known:
        by_fold[Fold(meter.fold)].append(meter)
    found: dict[int, Counters] = defaultdict(dict)
    for fold, some in by_fold.items():
        if fold == Fold.LAST:
            _last(found, accounts, month, some)
        else:
            _added(found, accounts, month, some, fold)
    return dict(found)


def _added(
    found: dict[int, Counters],
    accounts: Collection[int],
    month: Month,
    meters: Collection[Meter],
    fold: Fold,
) -> None:
    """Add up, or take the greatest, in decimals of 38 digits: SQLite would count in doubles."""
    codes = {meter.pk: meter.code for meter in meters}
    column, kind = ("total", pl.String) if fold == Fold.SUM else ("greatest", pl.Int64)
    rows = AccountDay.objects.filter(
        account_id__in=accounts,
        meter_id__in=list(codes),
        day__gte=month.first_day,
        day__lte=month.last_day,
    ).order_by()
    kinds = {"account_id": pl.Int64, "meter_id": pl.Int64, "figure": kind}
    figure = pl.col("figure").cast(pl.Decimal(38, 0))
    folded = (
        fetch(rows.values_list("account_id", "meter_id", column), kinds)
        .group_by("account_id", "meter_id")
        .agg(figure.sum() if fold == Fold.SUM else figure.max())
    )
    for account_id, meter_id, total in folded.iter_rows():
        found[account_id][codes[meter_id]] = int(total)


def _last(
    found: dict[int, Counters], accounts: Collection[int], month: Month, meters: Collection[Meter]
) -> None:
    for meter in meters:
        days = AccountDay.objects.filter(
            account_id=OuterRef("pk"), meter=meter, day__lte=month.last_day
        ).order_by("-day")
        rows = Account.objects.filter(pk__in=accounts).order_by()
        last = rows.annotate(last=Subquery(days.values("last_quantity")[:1]))
        for account_id, quantity in last.exclude(last=None).values_list("pk", "last"):
            found[account_id][meter.code] = quantity


def transactions(*, account: int, now: datetime) -> int:
    """The API calls and messages of the last 30 days, today's so far included (Q56).

    Days are UTC days, counted whole: 30 of them end with today's.
    """
    today = now.date()
    days = AccountDay.objects.filter(
        account_id=account,
        meter__code__in=TRANSACTIONS,
        day__gt=today - timedelta(days=DAYS_OF_TRANSACTIONS),
        day__lte=today,
    )
    return sum(int(total) for total in days.values_list("total", flat=True))


def first_month(*, accounts: Collection[int]) -> Month | None:
    """The month of the first fact of any of these accounts; None before any."""
    facts = UsageRecord.objects.filter(account_id=OuterRef("pk")).order_by("at")
    rows = Account.objects.filter(pk__in=accounts).order_by()
    firsts = rows.annotate(first=Subquery(facts.values("at")[:1])).values_list("first", flat=True)
    return min((Month.of(first) for first in firsts if first is not None), default=None)
