"""Usage reports as people see them: who sees which rows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, QuerySet
from django.http import QueryDict

from accounts.access import Access
from accounts.models import Account
from accounts.selectors.tree import payer_of, tree_in
from billing_portal.common.periods import Month
from usage.models import UsageReport, UsageReportRow
from usage.selectors import activity, packages


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An account alone, as it is now (rules.md Q56): no tenant's devices are in it."""

    devices: int
    transactions: int
    tenants: int


def rows(
    *, access: Access, account: Account, now: datetime, query: QueryDict | None = None
) -> "QuerySet[UsageReportRow]":
    """The listed rows of the month that the address names, by default the one before now.

    A billing account sees its whole report; a tenant its own row and those of accounts below it.
    """
    text = str(query.get("month", "")) if query else ""
    month = Month.parse(text) if text else Month.of(now).previous
    own = _row(access, account, month)
    if own is None:
        return UsageReportRow.objects.none()
    return below(row=own).filter(is_listed=True).select_related("report")


def own_row(*, access: Access, account: Account, month: Month) -> UsageReportRow | None:
    """The row of an account in the report of a month; None if there is no report (yet)."""
    return _row(access, account, month)


def below(*, row: UsageReportRow) -> "QuerySet[UsageReportRow]":
    """The row and those of all accounts below it in the same report."""
    found = UsageReportRow.objects.filter(report=row.report_id)
    if row.account_id == row.report.account_id:
        return found
    accounts = tree_in(month=row.report.month).below(row.account_id)
    return found.filter(account_id__in=accounts)


def get(*, access: Access, pk: int) -> UsageReportRow:
    """One row with its report; UsageReportRow.DoesNotExist for who may not see it."""
    row = UsageReportRow.objects.select_related("report__account", "account").get(pk=pk)
    if not _sees(access, row):
        raise UsageReportRow.DoesNotExist
    return row


def find(*, access: Access, key: str, month: Month) -> UsageReportRow | None:
    """The row of an account that the access sees; None if no report of the month has it.

    Raises UsageReportRow.DoesNotExist for an account that is none of theirs.
    """
    found = UsageReportRow.objects.filter(key=key, report__month=month)
    row = found.select_related("report__account", "account").first()
    if row is not None:
        if not _sees(access, row):
            raise UsageReportRow.DoesNotExist
        return row
    if not Account.objects.filter(key=key, pk__in=access.usage).exists():
        raise UsageReportRow.DoesNotExist
    return None


def snapshot(
    *, account: Account, month: Month, now: datetime, row: UsageReportRow | None
) -> Snapshot:
    """What My billing says of the account itself."""
    return Snapshot(
        devices=activity.active(accounts=[account.pk], month=month).count(),
        transactions=activity.transactions(account=account.pk, now=now),
        tenants=_tenants(account, month, row),
    )


def first_month(*, accounts: Collection[int]) -> Month | None:
    """The first month of which there are facts or a report; None before any."""
    reports = UsageReportRow.objects.filter(account_id__in=accounts)
    reported = reports.aggregate(first=Min("report__month"))["first"]
    months = [reported, activity.first_month(accounts=accounts)]
    return min((month for month in months if month is not None), default=None)


def pays(*, account: Account, month: Month) -> bool:
    """Say whether an account is billed itself in a month, and so holds its own package."""
    return payer_of(account_id=account.pk, month=month) == account.pk


def stored_files() -> set[str]:
    """The names of all files that reports refer to."""
    names = UsageReport.objects.values_list("active_file", "updates_file")
    return {name for pair in names.iterator() for name in pair}


def _row(access: Access, account: Account, month: Month) -> UsageReportRow | None:
    if account.pk not in access.own:
        return None
    found = UsageReportRow.objects.filter(account=account, report__month=month)
    return found.select_related("report__account").first()


def _sees(access: Access, row: UsageReportRow) -> bool:
    """The account itself, who is billed for it, and whoever stood above it in that month."""
    if row.account_id in access.own:
        return True
    if not row.is_listed:
        return False
    if row.report.account_id in access.own:
        return True
    tree = tree_in(month=row.report.month)
    return any(
        tree.payer_of(one) == row.report.account_id and row.account_id in tree.below(one)
        for one in access.own
    )


def _tenants(account: Account, month: Month, row: UsageReportRow | None) -> int:
    """As listed for the month; before its report as they would be."""
    if row is not None:
        others = below(row=row).filter(is_listed=True).exclude(account=account)
        return others.count()
    tree = tree_in(month=month)
    payer = tree.payer_of(account.pk)
    if payer is None or not packages.holders(month=month, account_ids=[payer]):
        return 0
    return sum(tree.payer_of(one) == payer for one in tree.below(account.pk)) - 1
