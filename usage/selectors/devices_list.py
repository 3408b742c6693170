"""Devices as lists show them, by what holds at present."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.access import Access
from accounts.models import Account
from accounts.selectors.tree import tree_in
from billing_portal.common.periods import Month
from usage.models import DeviceNow
from usage.selectors.searching import LINE, folded, tag_line


def rows(
    *, access: Access, account: Account, now: datetime, query: Any = None
) -> "QuerySet[DeviceNow]":
    """The devices of an account and of everything below it, as far as the access reaches."""
    del query
    accounts = reach(access=access, account=account, now=now)
    found = owned_by(accounts)
    return found.select_related("account", "plan").prefetch_related("device__identifiers")


def reach(*, access: Access, account: Account, now: datetime) -> Collection[int]:
    """The ids of an account and of all below it, as far as the access reaches."""
    if access.own == {account.pk}:
        return access.usage
    if account.pk not in access.own:
        return frozenset()
    return access.usage & tree_in(month=Month.of(now)).below(account.pk)


def owned_by(accounts: Collection[int]) -> "QuerySet[DeviceNow]":
    """What belongs to one of these accounts now."""
    if len(accounts) == 1:
        (only,) = accounts
        return DeviceNow.objects.filter(account_id=only)
    return DeviceNow.objects.filter(account_id__in=accounts)


def matching(text: str) -> Q:
    """All words of a search, each anywhere in id, name, identifiers, group or a tag."""
    found = Q()
    for word in folded(text).split():
        found &= Q(search__contains=word)
    return found


def tagged(text: str) -> Q:
    """`name=value` for a tag with just this value, `name` for a tag of that name."""
    name, equals, value = (part.strip() for part in text.partition("="))
    line = tag_line(name=name, value=value) if equals else f"{LINE}{folded(name)}="
    return Q(search__contains=line)
