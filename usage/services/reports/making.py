"""Making reports, a shard of billing accounts at a time.

What is read is what is known at that moment. Files come first, and the rows that name them last, in
one transaction: a process that dies before it leaves nothing but files, which a sweep removes.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import Account
from billing_portal.common.checkpoints import reached
from billing_portal.common.periods import Month
from usage.metering.counters import CALLS
from usage.metering.figures import Figures, roll_up
from usage.models import ReportDue, UsageReport, UsageReportRow
from usage.models.reports import GREATEST
from usage.selectors import activity, package_standings, packages, report_sources
from usage.selectors.report_attributes import attributes
from usage.selectors.report_sources import Cast
from usage.services.packages.settling import settle
from usage.services.reports.files import NOTHING
from usage.services.reports.writing import Written, write


@dataclass(frozen=True, slots=True)
class Draft:
    """A report and its rows, still without a place in the database."""

    report: UsageReport
    rows: Sequence[UsageReportRow]


def make(*, month: Month, payers: Sequence[int], now: datetime) -> int:
    """Make and freeze the reports of these billing accounts that are due.

    Returns how many it made. The number of queries does not depend on how many there are.
    """
    for account_id in package_standings.waiting(payers=payers, month=month):
        settle(account_id=account_id, now=now)
    cast = report_sources.cast(month=month, payers=payers)
    with tempfile.TemporaryDirectory() as folder:
        written = write(cast=cast, folder=Path(folder))
    reached("reports.filed")
    made = _freeze(_drafts(cast, written, now), month)
    reached("reports.made")
    return made


def _freeze(drafts: Sequence[Draft], month: Month) -> int:
    """Write what is still due: another process may have been faster."""
    payers = [draft.report.account_id for draft in drafts]
    with transaction.atomic():
        due = ReportDue.objects.filter(month=month, account_id__in=payers)
        wanted = set(due.select_for_update().values_list("account_id", flat=True))
        made = [draft for draft in drafts if draft.report.account_id in wanted]
        UsageReport.objects.bulk_create(draft.report for draft in made)
        rows = [row for draft in made for row in draft.rows]
        UsageReportRow.objects.bulk_create(rows, batch_size=1000)
        due.delete()
        reached("reports.written")
    return len(made)


def _drafts(cast: Cast, written: Written, now: datetime) -> list[Draft]:
    payers = list(cast.members)
    standings = package_standings.standings(payers=payers, month=cast.month)
    holders = packages.holders(month=cast.month, account_ids=payers)
    own = _figures(cast, written)
    moved = report_sources.moved(accounts=cast.everybody, month=cast.month)
    drafts = []
    for payer, members in cast.members.items():
        report = UsageReport(
            account_id=payer,
            month=cast.month,
            made_at=now,
            package=standings.get(payer),
            active_file=written.active_files[payer],
            updates_file=written.updates_files[payer],
        )
        some = {one: own[one] for one in members}
        wholes = roll_up(own=some, parents=cast.parents(members), moved=moved.values())
        rows = [
            UsageReportRow(
                report=report,
                is_listed=one == payer or payer in holders,
                **_who(cast.accounts[one], is_tenant=one != payer),
                **_what(figures, wholes.get(one)),
                **_where(one, written),
            )
            for one, figures in some.items()
        ]
        drafts.append(Draft(report, rows))
    return drafts


def _figures(cast: Cast, written: Written) -> dict[int, Figures]:
    counters = activity.counters(accounts=cast.everybody, month=cast.month, meters=CALLS)
    return {
        one: Figures(
            written.devices.get(one, 0), written.updated.get(one, 0), dict(counters.get(one, {}))
        )
        for one in cast.everybody
    }


def _who(account: Account, *, is_tenant: bool) -> dict[str, Any]:
    return {
        "account": account,
        "key": account.key,
        "team_name": account.team_name,
        "organization": account.organization,
        "business_model": account.business_model,
        "attributes": attributes(account=account, is_tenant=is_tenant),
    }


def _what(own: Figures, whole: Figures | None) -> dict[str, Any]:
    return {
        "figures": own.stored(),
        "together": whole.stored() if whole is not None else None,
        "active_devices": own.active_devices,
        "updates_order": min(own.firmware_updates, GREATEST),
        "calls_order": min(own.all_calls, GREATEST),
    }


def _where(account_id: int, written: Written) -> dict[str, Any]:
    active_from, active_size = written.active.get(account_id, NOTHING)
    updates_from, updates_size = written.updates.get(account_id, NOTHING)
    return {
        "active_from": active_from,
        "active_size": active_size,
        "updates_from": updates_from,
        "updates_size": updates_size,
    }
