"""The account tree as it stands in a month, and who is billed for whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from accounts.models import Placement
from billing_portal.common.periods import Month


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
    rows = (
        Placement.objects.filter(since__lte=month.first_day)
        .order_by("account_id", "since")
        .values_list("account_id", "parent_id", "is_billing")
    )
    return AccountTree({account: Place(parent, billing) for account, parent, billing in rows})
