"""Which months a change of a device touches, and what every change must fulfil.

A change point counts from its month on. In months that are closed by then it is late: their bills
stay, and `late_through` tells the delta lines that the point was not known (rules.md Q32, Q33).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from billing_portal.common.periods import Month
from usage.choices import MonthState
from usage.models import AccountMonth, Plan
from usage.selectors.devices import payers_from
from usage.selectors.records import tree_stamp
from usage.services import months
from usage.services.months import MonthKey

ATTEMPTS = 10

Written = TypeVar("Written")


class ReachMoved(Exception):
    """An account moved in the tree before the months were locked: look again who is billed."""


class DeviceRefused(ValueError):
    """A change of a device that cannot be. The message names the device and what to do."""


class UnknownInstant(DeviceRefused):
    """The instant has no time zone."""


class PlanDoesNotFit(DeviceRefused):
    """The plan is of another coverage or for another kind of device."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The bills of one owner in one coverage, from a month on."""

    account_id: int
    coverage: str
    month: Month


def lock_reach(*, reaches: Collection[Reach]) -> tuple[list[AccountMonth], dict[Reach, Month]]:
    """Lock every month that changes in this reach can touch, for all who are or will be billed.

    Returns the locked months, and by reach the last of them that is closed; reaches without a
    closed month are absent. Raises ReachMoved; see `until_it_rests`.
    """
    stamp = tree_stamp()
    payers = _payers(reaches)
    keys = {
        MonthKey(payer, reach.coverage, reach.month)
        for reach, found in payers.items()
        for payer in found
    }
    rows = months.lock(keys=keys, and_later=True)
    if tree_stamp() != stamp:
        raise ReachMoved
    closed = months.closed_through(pairs={key.pair for key in keys})
    late = {
        reach: max((closed.get((payer, reach.coverage), before) for payer in found), default=before)
        for reach, found in payers.items()
        for before in [reach.month.previous]
    }
    return list(rows.values()), {
        reach: month for reach, month in late.items() if month >= reach.month
    }


def withheld(rows: Collection[AccountMonth], late_through: Month | None) -> dict[int, int]:
    """The open months, by id, whose bills leave such a point out: one late fact for each.

    Of two payers the one whose months are closed further decides through when a point is late. The
    bill of the other one must leave it out until the first has given back what it charged, and owes
    it from its close on.
    """
    open_rows = [row for row in rows if row.state == MonthState.OPEN]
    return {row.pk: 1 for row in open_rows if late_through and row.month <= late_through}


def until_it_rests(write: Callable[[], Written]) -> Written:
    """Write in a transaction of its own, again while accounts move in the tree meanwhile."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return write()
        except ReachMoved:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError


def _payers(reaches: Collection[Reach]) -> Mapping[Reach, set[int]]:
    by_month = {
        month: payers_from(
            account_ids={reach.account_id for reach in reaches if reach.month == month},
            month=month,
        )
        for month in {reach.month for reach in reaches}
    }
    return {reach: by_month[reach.month][reach.account_id] for reach in reaches}


def check_instant(instant: datetime, key: str) -> None:
    """Raise UnknownInstant unless the instant has a time zone."""
    if instant.utcoffset() is None:
        raise UnknownInstant(
            _("Device %(key)s: %(instant)s has no time zone.")
            % {"key": key, "instant": instant.isoformat()}
        )


def check_plan(*, plan: Plan, kind: str, coverage: str, key: str) -> None:
    """Raise PlanDoesNotFit unless the plan is meant for such a device."""
    if (plan.kind, plan.coverage) == (kind, coverage):
        return
    raise PlanDoesNotFit(
        _(
            "Device %(key)s is of kind %(kind)s in coverage %(coverage)s; plan %(plan)s is for"
            " %(plan_kind)s in %(plan_coverage)s. Choose a plan of the same kind and coverage."
        )
        % {
            "key": key,
            "kind": kind,
            "coverage": coverage,
            "plan": plan.code,
            "plan_kind": plan.kind,
            "plan_coverage": plan.coverage,
        }
    )
