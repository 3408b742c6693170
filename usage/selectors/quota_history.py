"""What happened to a quota in a month, as far as somebody may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, When
from django.http import QueryDict

from accounts.access import Access
from accounts.models import Account
from accounts.selectors.tree import payer_of, tree_in
from billing_portal.common.periods import Month
from usage.models import QuotaEntry


def rows(
    *, access: Access, account: Account, now: datetime, query: QueryDict | None = None
) -> "QuerySet[QuotaEntry]":
    """The events of the month that the address names, by default the one before now.

    A billing account sees its whole ledger, with the campaigns of its tenants. A tenant sees the
    campaigns of its own and of what is below it, and no balance (`balance` is None): what others
    use of the quota is not its business (rules.md Q55).
    """
    if account.pk not in access.own:
        return QuotaEntry.objects.none()
    text = str(query.get("month", "")) if query else ""
    month = Month.parse(text) if text else Month.of(now).previous
    found = _seen(access, account, month).filter(at__gte=month.start, at__lt=month.end)
    own = When(ledger_id=account.pk, then=F("left"))
    return found.annotate(balance=Case(own, default=None)).select_related("campaign", "account")


def first_month(*, access: Access, account: Account) -> Month | None:
    """The month of the first event that the rows can have, or an earlier one; None if none."""
    own = QuotaEntry.objects.filter(ledger_id=account.pk).order_by("at", "number")
    drawn = QuotaEntry.objects.filter(account_id__in=access.usage).order_by("at")
    for found in (own, drawn):
        if (first := found.values_list("at", flat=True).first()) is not None:
            return Month.of(first)
    return None


def of_account(*, account: Account, month: Month) -> "QuerySet[QuotaEntry]":
    """The events of a month of one account alone: its own ledger, and what its campaigns took."""
    own = Q(ledger_id=account.pk) | Q(account_id=account.pk)
    found = QuotaEntry.objects.filter(own, at__gte=month.start, at__lt=month.end)
    balance = Case(When(ledger_id=account.pk, then=F("left")), default=None)
    return found.annotate(balance=balance).select_related("campaign", "account")


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries of a ledger; `total` is how many there are in all."""

    entries: Sequence[QuotaEntry]
    has_more: bool
    total: int


def page(*, account: Account, limit: int, after: str | None, descending: bool) -> Page:
    """Return the next entries of a billing account's whole ledger, its tenants' campaigns too.

    `after` is the id of the last entry that was seen; QuotaEntry.DoesNotExist if there is none.
    """
    every = QuotaEntry.objects.filter(ledger_id=account.pk)
    rest = every.order_by("-number" if descending else "number")
    if after is not None:
        seen = every.values_list("number", flat=True).get(pk=UUID(after))
        rest = rest.filter(number__lt=seen) if descending else rest.filter(number__gt=seen)
    found = list(rest.select_related("campaign", "package", "account")[: limit + 1])
    return Page(found[:limit], len(found) > limit, every.count())


def draws_on_another(*, account: Account, month: Month) -> bool:
    """Say whether somebody else is billed for an account, and so holds the package."""
    payer = payer_of(account_id=account.pk, month=month)
    return payer is not None and payer != account.pk


def _seen(access: Access, account: Account, month: Month) -> "QuerySet[QuotaEntry]":
    tree: Any = tree_in(month=month)
    payer = tree.payer_of(account.pk)
    if payer is None or payer == account.pk:
        return QuotaEntry.objects.filter(ledger_id=account.pk)
    runners = [one for one in tree.below(account.pk) if tree.payer_of(one) == payer]
    reach = (access.usage & frozenset(runners)) | {account.pk}
    # Of a package that it held before somebody else was billed for it, everything is its own.
    return QuotaEntry.objects.filter(Q(ledger_id=account.pk) | Q(account_id__in=reach))
