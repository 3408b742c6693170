"""What is known now of a month and was not when its report was made: listed beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from usage.metering.counters import API_CALLS, FIRMWARE_UPDATE
from usage.metering.figures import Figures, together
from usage.models import UsageReportRow
from usage.selectors import activity
from usage.selectors.reports import below

METERS = [*(code for group in API_CALLS.values() for code in group), FIRMWARE_UPDATE]
QUICK = 200
"""What came late to a report of so many accounts is looked up without being asked for."""


@dataclass(frozen=True, slots=True)
class LateAccount:
    """What came late of one account alone."""

    key: str
    team_name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Late:
    """Of an account and all below it together, and of each of them that has any."""

    whole: Figures
    accounts: Sequence[LateAccount]

    def __bool__(self) -> bool:
        return bool(self.whole or self.accounts)


def late(*, row: UsageReportRow) -> Late:
    """Compare what is known now with what the report says, in a constant number of queries."""
    month = row.report.month
    rows = below(row=row).order_by("team_name", "key")
    reported = list(rows.values_list("account_id", "key", "team_name", "figures"))
    accounts = [account_id for account_id, *_rest in reported]
    active = activity.active(accounts=accounts, month=month)
    counters = activity.counters(accounts=accounts, month=month, meters=METERS)
    devices = activity.by_account(active)
    now = {
        one: Figures.of(active_devices=devices.get(one, 0), counters=counters.get(one, {}))
        for one in accounts
    }
    repeated = sum(devices.values()) - activity.devices_in(active)
    each = (
        LateAccount(key, team_name, now[one].less(Figures.read(figures)))
        for one, key, team_name, figures in reported
    )
    whole = together(now.values(), repeated=repeated).less(row.whole)
    return Late(whole, [one for one in each if one.figures])


def is_quick(*, row: UsageReportRow) -> bool:
    """Say whether `late` is quick enough for a page that nobody asked for it."""
    return len(below(row=row).values_list("pk", flat=True)[: QUICK + 1]) <= QUICK
