"""What service packages leave: at present, at an instant of the past, and in a month.

A package begins and ends at its instant, whether or not anybody has entered that in the ledger yet:
what is due is reckoned in here without being written.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet, Sum

from accounts.models import Account
from billing_portal.common.periods import Month
from usage.choices import PackageStage
from usage.metering.packages import Term, due, warned_from
from usage.models import Campaign, QuotaEntry, ServicePackage
from usage.models.packages import NOT_OVER

MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Packages:
    """The packages of an account as they stood at an instant; `previous` has the newest first."""

    pending: ServicePackage | None
    active: ServicePackage | None
    previous: Sequence[ServicePackage]


@dataclass(frozen=True, slots=True)
class Quota:
    """Update tokens at an instant. `remaining` excludes those that open campaigns hold.

    `package` is the one that was valid then; without one no device can be updated (domain.md §2).
    """

    at: datetime
    remaining: int = 0
    reserved: int = 0
    package: ServicePackage | None = None

    @property
    def warns(self) -> bool:
        """Whether the package ends within three calendar months (rules.md Q51)."""
        return self.package is not None and self.at >= warned_from(self.package.ends_at)


def last_instant(*, month: Month, now: datetime) -> datetime:
    """The last instant of a month, or now while it is running."""
    return min(month.end - MOMENT, now)


def packages(*, account: Account, at: datetime) -> Packages:
    """Return the packages of a billing account as they stood at an instant, in one query."""
    return _packages(_all(account), at)


def quota(*, account: Account, at: datetime) -> Quota:
    """Return what a billing account had left at an instant, in three queries."""
    return standing(account=account, at=at)[1]


def standing(*, account: Account, at: datetime) -> tuple[Packages, Quota]:
    """Return the packages of a billing account and what was left of them, in three queries."""
    every = _all(account)
    found = _packages(every, at)
    last = QuotaEntry.objects.filter(ledger_id=account.pk, at__lte=at).order_by("at", "number")
    written = last.values_list("left", flat=True).last() or 0
    # What is not in the ledger yet though its instant has come.
    terms = [term_of(one) for one in every if one.stage in NOT_OVER]
    moves = due(terms=terms, campaigns=[], balance=written, until=at)
    remaining = written + sum(move.amount for move in moves)
    reserved = _reserved(account, at) if found.active is not None else 0
    return found, Quota(at, remaining, reserved, found.active)


def holders(*, month: Month, account_ids: Collection[int]) -> frozenset[int]:
    """Return those of some accounts that had a package at some instant of a month (Q55)."""
    rows = ServicePackage.objects.touching(month).filter(account_id__in=account_ids)
    return frozenset(rows.values_list("account_id", flat=True))


def entries_in(*, account: Account, month: Month) -> "QuerySet[QuotaEntry]":
    """Return what happened to the quota of a billing account in a month, in order of time."""
    rows = QuotaEntry.objects.filter(ledger_id=account.pk, at__gte=month.start, at__lt=month.end)
    return rows.select_related("campaign", "package", "account").order_by("at", "number")


def _all(account: Account) -> list[ServicePackage]:
    rows = ServicePackage.objects.filter(account=account)
    return list(rows.select_related("renews", "renewal").order_by("-starts_at"))


def _packages(ordered: Sequence[ServicePackage], at: datetime) -> Packages:
    pending = [one for one in ordered if one.starts_at > at >= one.created_at]
    active = [one for one in ordered if one.starts_at <= at < one.ends_at]
    previous = [one for one in ordered if one.ends_at <= at]
    return Packages(pending[-1] if pending else None, active[0] if active else None, previous)


def term_of(package: ServicePackage) -> Term:
    """The package as the rules see it."""
    return Term(
        package=package.pk,
        starts_at=package.starts_at,
        ends_at=package.ends_at,
        quota=package.quota,
        running=package.stage == PackageStage.RUNNING,
        renews=package.renews_id,
        keeps_rest=package.keeps_rest,
    )


def _reserved(account: Account, at: datetime) -> int:
    """The tokens that campaigns held at an instant."""
    holding = Campaign.objects.filter(ledger_id=account.pk).holding_at(at)
    return int(holding.aggregate(total=Sum("reserved"))["total"] or 0)
