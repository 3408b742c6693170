"""The account tree as it stands in a month, and who is billed for whom."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import Placement
from billing_portal.common.periods import Month

MANY = 500
"""Accounts of which it is quicker to read the whole tree."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one account stands: below which other one, and whether it is billed itself."""

    parent_id: int | None
    is_billing: bool


@dataclass(frozen=True, slots=True)
class AccountTree:
    """All accounts of one month. An account whose first placement comes later is not in it."""

    places: Mapping[int, Place]

    def payer_of(self, account_id: int) -> int | None:
        """The billing account of an account: itself or its nearest ancestor marked so.

        None for an account that is not in the tree of this month.
        """
        for step in self._upwards(account_id):
            if self.places[step].is_billing:
                return step
        return None

    def payers(self) -> dict[int, int]:
        """Billing account by account, for all of them."""
        pairs = ((account_id, self.payer_of(account_id)) for account_id in self.places)
        return {account_id: payer for account_id, payer in pairs if payer is not None}

    def is_within(self, account_id: int, other: int) -> bool:
        """Say whether an account is another one, or stands below it."""
        return account_id == other or other in self._upwards(account_id)

    def below(self, account_id: int) -> frozenset[int]:
        """The account and everything under it, at any depth."""
        return frozenset(other for other in self.places if account_id in set(self._upwards(other)))

    def _upwards(self, account_id: int) -> Iterator[int]:
        seen: set[int] = set()
        step: int | None = account_id
        while step is not None and step in self.places and step not in seen:
            seen.add(step)
            yield step
            step = self.places[step].parent_id


def trees_from(*, month: Month) -> list[AccountTree]:
    """The tree of this month, and that of every later one in which an account moves."""
    moves = Placement.objects.filter(since__gt=month.first_day).values_list("since", flat=True)
    months = {month} | {Month.of(day) for day in moves.distinct()}
    return [tree_in(month=one) for one in sorted(months)]


def tree_in(*, month: Month) -> AccountTree:
    """The tree of a month, in one query."""
    return AccountTree(_places(Placement.objects.all(), month))


def tree_above(*, account_ids: Iterable[int], month: Month) -> AccountTree:
    """As much of the tree of a month as says who some accounts are and what stands above them.

    One query for each step up; of many accounts the whole tree in one.
    """
    found: dict[int, Place] = {}
    asked = set(account_ids)
    if len(asked) > MANY:
        return tree_in(month=month)
    while asked:
        places = _places(Placement.objects.filter(account_id__in=asked), month)
        found |= places
        above = {place.parent_id for place in places.values()}
        asked = {one for one in above if one is not None} - found.keys()
    return AccountTree(found)


def payer_of(*, account_id: int, month: Month) -> int | None:
    """The billing account of one account in a month; None if it is not in the tree then."""
    return tree_above(account_ids=[account_id], month=month).payer_of(account_id)


def _places(placements: QuerySet[Placement], month: Month) -> dict[int, Place]:
    rows = placements.filter(since__lte=month.first_day).order_by("account_id", "since")
    found = rows.values_list("account_id", "parent_id", "is_billing")
    return {account: Place(parent, billing) for account, parent, billing in found}
