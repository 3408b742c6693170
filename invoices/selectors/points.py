"""What credit points are left, and how they came and went (rules.md Q45)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Max, Q, QuerySet, Sum, Window
from django.http import QueryDict

from accounts.access import Access
from accounts.models import Account
from invoices.models import PointEntry, PointGrant


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a grant stands: the number of its last entry, and what is left after it."""

    number: int = 0
    left: int = 0


def standings(*, grant_ids: Collection[int]) -> dict[int, Standing]:
    """Where each of these grants stands, added up from its entries. One query."""
    rows = PointEntry.objects.filter(grant__in=grant_ids).order_by().values("grant")
    summed = rows.annotate(number_=Max("number"), left_=Sum("amount"))
    found = {row["grant"]: Standing(row["number_"], row["left_"]) for row in summed}
    return {key: found.get(key, Standing()) for key in grant_ids}


def usable(*, on: date) -> Q:
    """Grants that a document of this day can take from: the day of expiry is in (Q45)."""
    return Q(expires_on__isnull=True) | Q(expires_on__gte=on)


def available(*, account_ids: Collection[int], on: date) -> dict[int, int]:
    """The points that each account can use on a day. One query."""
    grants = PointGrant.objects.filter(usable(on=on), account__in=account_ids)
    rows = grants.order_by().values("account").annotate(left=Sum("entries__amount"))
    found = {row["account"]: row["left"] or 0 for row in rows}
    return {key: found.get(key, 0) for key in account_ids}


def next_to_expire(*, access: Access, account: Account, on: date) -> tuple[date, int] | None:
    """The next day after which points are lost, and how many."""
    grants = PointGrant.objects.filter(
        account=account, account__in=access.money, expires_on__gte=on
    )
    rows = grants.order_by("expires_on").annotate(left=Sum("entries__amount")).filter(left__gt=0)
    lots = list(rows.values_list("expires_on", "left"))
    days = [(day, left) for day, left in lots if day is not None]
    if not days:
        return None
    return days[0][0], sum(left for day, left in days if day == days[0][0])


def history(
    *, access: Access, account: Account, now: datetime, query: QueryDict
) -> QuerySet[PointEntry]:
    """Every movement of an account's points with the balance after it, lapses included."""
    del now, query
    entries = PointEntry.objects.filter(grant__account=account, grant__account__in=access.money)
    balance = Window(Sum("amount"), order_by=(F("at").asc(), F("pk").asc()))
    return (
        entries.select_related("grant", "invoice")
        .defer("invoice__snapshot")
        .annotate(balance=balance)
    )
