"""Reading the gate between intake and close without holding it."""

from collections.abc import Collection

from billing_portal.common.periods import Month
from usage.choices import MonthState
from usage.models import AccountMonth


def versions_of(*, month: Month, coverage: str, account_ids: Collection[int]) -> dict[int, int]:
    """The versions of the months that are open, by billing account.

    Read them before anything is loaded: whoever finds them unchanged under lock has missed nothing.
    """
    rows = AccountMonth.objects.filter(
        month=month, coverage=coverage, account__in=account_ids, state=MonthState.OPEN
    )
    return dict(rows.values_list("account_id", "version"))


def months_open_before(
    *, month: Month, coverage: str, account_ids: Collection[int]
) -> frozenset[int]:
    """The billing accounts that have an earlier month still open: months close in order."""
    rows = AccountMonth.objects.filter(
        month__lt=month, coverage=coverage, account__in=account_ids, state=MonthState.OPEN
    )
    return frozenset(rows.values_list("account_id", flat=True))


def open_months(*, before: Month) -> list[Month]:
    """The months before this one that are open for any account, in order."""
    rows = AccountMonth.objects.filter(month__lt=before, state=MonthState.OPEN)
    return list(rows.order_by("month").values_list("month", flat=True).distinct())
