"""Usage reports by tenant, declared once for their page and their file."""

from django.utils.translation import gettext_lazy

from billing_portal.common.reports.report import Report
from usage.filters.reports import ReportRowFilters
from usage.selectors import reports
from usage.tables.reports import ReportRowTable

USAGE_REPORTS = Report(
    name="usage-reports",
    title=gettext_lazy("Usage reports"),
    rows=reports.rows,
    table=ReportRowTable,
    filters=ReportRowFilters,
    reach="usage",
    switches=("month",),
    empty=(
        gettext_lazy("There is no usage report to list for this month"),
        gettext_lazy(
            "The report lists the account that is billed, and its tenants if there was a service"
            " package in the month. Choose another month to see earlier ones."
        ),
    ),
)
