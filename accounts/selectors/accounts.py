"""Accounts by the sets of an access."""

from collections.abc import Iterable

from accounts.models import Account


def named(*, ids: Iterable[int]) -> list[Account]:
    """The accounts of these ids in the order of their names, as a switch lists them."""
    found = list(ids)
    return list(Account.objects.filter(pk__in=found).order_by("team_name", "key")) if found else []
