"""Reading the gate between intake and close without holding it."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Exists, F, Max, OuterRef, Q

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


def disturbed_months(
    *, before: Month, coverage: str, account_ids: Collection[int]
) -> dict[int, Mapping[Month, int]]:
    """The closed months that something came late for, with their versions, by billing account.

    Only those of accounts whose first open month this is: its bill corrects them. One query.
    """
    own = AccountMonth.objects.filter(account=OuterRef("account"), coverage=OuterRef("coverage"))
    earlier = own.filter(month__lt=before, state=MonthState.OPEN)
    rows = AccountMonth.objects.filter(
        ~Exists(earlier),
        Q(billed_version__isnull=True) | ~Q(billed_version=F("version")),
        account__in=account_ids,
        coverage=coverage,
        month__lt=before,
        state=MonthState.CLOSED,
    )
    found: dict[int, dict[Month, int]] = defaultdict(dict)
    for account_id, month, version in rows.order_by("account_id", "month").values_list(
        "account_id", "month", "version"
    ):
        found[account_id][month] = version
    return dict(found)


def owing_pairs() -> dict[tuple[int, str], Month]:
    """Billing account and coverage with late facts on no bill and no open month; the last closed.

    One query.
    """
    own = AccountMonth.objects.filter(account=OuterRef("account"), coverage=OuterRef("coverage"))
    disturbed = own.filter(
        Q(billed_version__isnull=True) | ~Q(billed_version=F("version")), state=MonthState.CLOSED
    )
    rows = AccountMonth.objects.filter(
        Exists(disturbed), ~Exists(own.filter(state=MonthState.OPEN))
    )
    found = rows.order_by().values_list("account_id", "coverage").annotate(last=Max("month"))
    return {(account_id, coverage): last for account_id, coverage, last in found}
