"""Moving accounts in the tree."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account, Placement


class PlacementRefused(ValueError):
    """An account cannot stand there. The message says why and what to do."""


class NotFirstOfMonth(PlacementRefused):
    """Accounts move on the first day of a month only."""


class MonthIsClosed(PlacementRefused):
    """A month from that day on is already billed."""


class ParentEnded(PlacementRefused):
    """The parent is no longer a customer."""


class ParentNotPlaced(PlacementRefused):
    """The parent is not in the tree yet on that day."""


class NobodyPays(PlacementRefused):
    """Without a parent, nobody else can be billed."""


class Cycle(PlacementRefused):
    """The parent stands below the account, then or from a later day on."""


Histories = dict[int, Sequence[tuple[date, int | None]]]
"""By account: since when below which parent, in order of time."""


def place(
    *,
    account: Account,
    since: date,
    parent: Account | None,
    is_billing: bool,
    not_before: date,
    now: datetime,
) -> Placement:
    """Say where an account stands from the first of a month on, and whether it is billed itself.

    `not_before` is the first day that is still open to change for all bills concerned; the caller
    knows it from the closed months and keeps them locked. A placement of the same day is replaced.
    Raises a PlacementRefused.
    """
    _check_day(since, not_before)
    with transaction.atomic():
        lock()
        _check_parent(account, since, parent, is_billing)
        placement = Placement.objects.filter(account=account, since=since).first()
        if placement is None:
            placement = Placement(account=account, since=since)
        elif (placement.parent_id, placement.is_billing) == (parent and parent.pk, is_billing):
            return placement
        placement.parent, placement.is_billing = parent, is_billing
        placement._history_date = now  # type: ignore[attr-defined]  # read by simple_history
        placement.save()
    return placement


def lock() -> None:
    """Let one change of the tree happen at a time: two at once could close a circle.

    Comes before every other lock, and who holds it may take it again. The first account stands for
    the tree; its lock does not hinder rows that refer to it.
    """
    list(Account.objects.order_by("pk").select_for_update(no_key=True).values_list("pk")[:1])


def _check_day(since: date, not_before: date) -> None:
    if since.day != 1:
        raise NotFirstOfMonth(_("An account moves on the first day of a month only."))
    if since < not_before:
        raise MonthIsClosed(
            _("%(since)s lies in a month that is already billed. Choose %(first)s or later.")
            % {"since": since.isoformat(), "first": not_before.isoformat()}
        )


def _check_parent(account: Account, since: date, parent: Account | None, is_billing: bool) -> None:
    if parent is None:
        if not is_billing:
            raise NobodyPays(_("An account without a parent is billed itself."))
        return
    names = {"account": account.key, "parent": parent.key, "since": since.isoformat()}
    if parent.ended_at is not None:
        raise ParentEnded(_("%(parent)s has ended. Choose another parent.") % names)
    histories = _histories()
    if _parent_at(histories, parent.pk, since) is NOT_PLACED:
        raise ParentNotPlaced(
            _("%(parent)s is not in the tree on %(since)s. Choose a later day.") % names
        )
    day = _first_circle(_with(histories, account.pk, since, parent.pk), account.pk, since)
    if day is not None:
        names["day"] = day.isoformat()
        raise Cycle(_("%(parent)s stands below %(account)s on %(day)s.") % names)


NOT_PLACED = object()


def _histories() -> Histories:
    rows = Placement.objects.order_by("account_id", "since").values_list(
        "account_id", "since", "parent_id"
    )
    grouped = groupby(rows, key=lambda row: row[0])
    return {account: [(since, parent) for _, since, parent in some] for account, some in grouped}


def _with(histories: Histories, account: int, since: date, parent: int) -> Histories:
    """The tree as it would be with the new placement."""
    others = [point for point in histories.get(account, ()) if point[0] != since]
    return {**histories, account: sorted([*others, (since, parent)])}


def _first_circle(histories: Histories, account: int, since: date) -> date | None:
    """The first day from `since` on on which going upwards from the account leads back to it."""
    days = {day for points in histories.values() for day, _ in points if day >= since}
    return next((day for day in sorted(days) if account in _above(histories, account, day)), None)


def _above(histories: Histories, account: int, day: date) -> Iterable[int]:
    seen: set[int] = set()
    step = _parent_at(histories, account, day)
    while isinstance(step, int) and step not in seen:
        seen.add(step)
        step = _parent_at(histories, step, day)
    return seen


def _parent_at(histories: Histories, account: int, day: date) -> object:
    """The parent on a day: None at a root, NOT_PLACED before the first placement."""
    before = [parent for since, parent in histories.get(account, ()) if since <= day]
    return before[-1] if before else NOT_PLACED
