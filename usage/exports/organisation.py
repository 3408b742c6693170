"""The organisation report as CSV (domain.md §3).

Five rows say what it is about, then comes the table. Counts by definition or type stand behind it
as columns of their own, named `countThings:lwm2m`, so that the others keep their places.
"""

from collections.abc import Iterator
from datetime import datetime

from billing_portal.common.csvfile import guard
from billing_portal.common.reports.files import slug
from usage.selectors.organisation import COLUMNS, Asked, OrganisationReport

NOTHING = "(none)"
"""A thing without a definition."""


def lines(report: OrganisationReport) -> Iterator[list[str]]:
    """`end` is the first instant that the report does not hold any more."""
    asked = report.asked
    yield ["start", _instant(asked.month.start)]
    yield ["end", _instant(asked.month.end)]
    yield ["orgId", str(asked.account.pk)]
    yield ["orgKey", guard(asked.account.key)]
    yield ["orgName", guard(asked.account.organization or asked.account.team_name)]
    parts = [f"{column}:{value or NOTHING}" for column, value in report.parts]
    yield ["orgKey", "parentOrgKey", *COLUMNS, *parts]
    for row in report.rows:
        counts = [row.counts[column] for column in COLUMNS]
        yield [guard(row.account.key), guard(row.parent_key), *map(str, [*counts, *row.parts])]


def file_name(asked: Asked) -> str:
    """Say what was chosen: "organisation-report_2026-10_AC000001_by-type.csv"."""
    said = [asked.month.iso, slug(asked.account.key)]
    said += [] if asked.below else ["alone"]
    said += [f"by-{asked.by}"] if asked.by else []
    return f"{'_'.join(['organisation-report', *said])}.csv"


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
