"""The one door: which accounts a person or a key may see, and in which way.

Three roles, held in one account each by a membership:

- `viewer` sees the usage of the account and of everything below it, and the money of the account.
- `billing` sees the same and may change how the account pays.
- `admin` sees the same, may change how the account pays, and manages the account and its people.

A membership reaches down the tree for usage only. Money is seen for the own account alone, and only
if it was ever a billing account: bills carry the account that pays, so an aggregator sees what its
tenants cost it, a tenant sees no money, and nobody sees the bills of another billing account below.

A key acts for one account, within its scopes: `access_by` gives it the same sets.

Being of the seller's staff opens the admin and no account: `is_staff` adds nothing to the sets.
Selectors filter by these sets, so what a person may not see does not exist for them: a stranger
gets 404, never 403, and never learns a name.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef

from accounts.choices import Role, Scope
from accounts.models import Account, Membership, Placement, User
from billing_portal.common.periods import Month

PAYING = frozenset({Role.BILLING, Role.ADMIN})
"""Roles that may change how an account pays."""


@dataclass(frozen=True)
class Access:
    """What one person may see and do. The sets hold account ids.

    own: those in which the person has a role; above: those of them that have others below; money:
    own ones that pay or once paid; manage: own ones in which the role is `admin`; pay: those of
    `money` in which the role is `billing` or `admin`, so that the person may change how they pay.
    """

    actor: str
    is_staff: bool
    own: frozenset[int]
    above: frozenset[int]
    money: frozenset[int]
    manage: frozenset[int]
    pay: frozenset[int] = frozenset()
    month: Month | None = None

    @cached_property
    def usage(self) -> frozenset[int]:
        """Own ones and all below them in the tree of `month`.

        Read when it is first asked for: of an aggregator that is the tree of the whole seller, and
        most pages and most calls of programs are about one account.
        """
        if self.month is None or not self.above:
            return self.own
        return self.own | _below(self.above, _parents(self.month))


NOBODY = Access("", False, frozenset(), frozenset(), frozenset(), frozenset())


def access_of(user: User | AnonymousUser, *, month: Month) -> Access:
    """What a person may see of the tree as it stands in this month: one query, and one for
    `usage`.
    """
    if isinstance(user, AnonymousUser) or not user.is_active:
        return NOBODY
    memberships = list(
        Membership.objects.filter(user=user)
        .annotate(
            pays=Exists(Placement.objects.filter(account=OuterRef("account"), is_billing=True)),
            has_below=Exists(Placement.objects.filter(parent=OuterRef("account"))),
        )
        .values_list("account_id", "role", "pays", "has_below")
    )
    return Access(
        actor=user.email,
        is_staff=user.is_staff,
        own=frozenset(account for account, *_ in memberships),
        above=frozenset(account for account, _, _, has_below in memberships if has_below),
        money=frozenset(account for account, _, pays, _ in memberships if pays),
        manage=frozenset(account for account, role, *_ in memberships if role == Role.ADMIN),
        pay=frozenset(account for account, role, pays, _ in memberships if pays and role in PAYING),
        month=month,
    )


def access_as(account: Account, *, actor: str, month: Month) -> Access:
    """What an administrator of this account sees, for staff who look at its pages.

    Looking is all it is for: the pages refuse every change of who looks in this way.
    """
    one = frozenset({account.pk})
    pays = Placement.objects.filter(account=account, is_billing=True).exists()
    return Access(
        actor=actor,
        is_staff=False,
        own=one,
        above=one,
        money=one if pays else frozenset(),
        manage=one,
        pay=one if pays else frozenset(),
        month=month,
    )


def access_by(account: Account, *, actor: str, scopes: Collection[str], month: Month) -> Access:
    """What a program sees that comes with a key of this account, or with a person's token for it.

    It sees no more than the account does, and of that what its scopes name; it manages nothing.
    """
    one, none = frozenset({account.pk}), frozenset[int]()
    pays = Placement.objects.filter(account=account, is_billing=True).exists()
    reads = one if Scope.READ_USAGE in scopes else none
    return Access(
        actor=actor,
        is_staff=False,
        own=reads,
        above=reads,
        money=one if pays and Scope.READ_BILLING in scopes else none,
        manage=none,
        pay=one if pays and Scope.CHANGE_PAYMENT in scopes else none,
        month=month,
    )


def _parents(month: Month) -> dict[int, int | None]:
    """The parent of every account that is in the tree in this month."""
    rows = Placement.objects.filter(since__lte=month.first_day).order_by("account_id", "since")
    return dict(rows.values_list("account_id", "parent_id"))


def _below(tops: frozenset[int], parents: Mapping[int, int | None]) -> frozenset[int]:
    """Every account that stands below one of these, at any depth."""
    children: dict[int, list[int]] = {}
    for account, parent in parents.items():
        if parent is not None:
            children.setdefault(parent, []).append(account)
    found: set[int] = set()
    waiting = list(tops)
    while waiting:
        new = [child for child in children.get(waiting.pop(), ()) if child not in found]
        found.update(new)
        waiting += new
    return frozenset(found)
