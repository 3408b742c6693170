"""The table of the organisation report: the columns of its file, in their order."""

from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing_portal.common.reports.columns import KeyColumn, NumberColumn
from billing_portal.common.reports.tables import ReportTable
from usage.choices import ReportType
from usage.selectors.organisation import BILLABLE, COLUMNS, THINGS, TYPE, OrganisationReport, Row

HEADS = {
    BILLABLE: _("Billable things"),
    THINGS: _("Things"),
    "countConnections": _("Connections"),
    "countApiCalls": _("API calls"),
    "countStorage": _("Storage (bytes)"),
    "countLwm2mMessages": _("LwM2M messages"),
    "countTriggerActions": _("Trigger actions"),
    "countSms": _("SMS"),
}


class OrganisationTable(ReportTable):
    """`seen` are the accounts that the visitor may open; their rows lead to their own report."""

    organisation = tables.Column(_("Organisation"), accessor="account", order_by="account__key")
    parent = KeyColumn(verbose_name=_("Parent"), accessor="parent_key")

    class Meta:
        order_by: tuple[str, ...] = ()

    def __init__(self, report: OrganisationReport, *, seen: frozenset[int], **options: Any) -> None:
        self._seen, self._month = seen, report.asked.month
        columns = [(name, _count(HEADS[name], f"counts__{name}")) for name in COLUMNS]
        columns += [
            (f"part{place}", _count(_part_head(column, value, report), f"parts__{place}"))
            for place, (column, value) in enumerate(report.parts)
        ]
        super().__init__(report.rows, extra_columns=columns, **options)
        self.total = {name: sum(row.counts[name] for row in report.rows) for name in COLUMNS}
        for place in range(len(report.parts)):
            self.total[f"part{place}"] = sum(row.parts[place] for row in report.rows)

    def render_organisation(self, record: Row) -> SafeString:
        account = record.account
        name = account.organization or account.team_name
        text = format_html("<bdi>{}</bdi> <code>{}</code>", name, account.key)
        if account.pk not in self._seen:
            return text
        query = urlencode({"account": account.key, "month": self._month.iso})
        return format_html('<a href="?{}">{}</a>', query, text)


def _count(head: Any, accessor: str) -> NumberColumn:
    return NumberColumn(verbose_name=head, accessor=accessor)


def _part_head(column: str, value: str, report: OrganisationReport) -> str:
    names = dict(ReportType.choices) if report.asked.by == TYPE else {}
    what = str(names.get(value, value)) or gettext("no definition")
    return f"{HEADS[column]}: {what}"
