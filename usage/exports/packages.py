"""The service package history, declared once for its page and its file."""

from django.utils.translation import gettext_lazy

from billing_portal.common.reports.report import Report
from usage.filters.packages import QuotaFilters
from usage.selectors import quota_history
from usage.tables.packages import QuotaTable

PACKAGE_HISTORY = Report(
    name="service-package-history",
    title=gettext_lazy("Service package history"),
    rows=quota_history.rows,
    table=QuotaTable,
    filters=QuotaFilters,
    reach="usage",
    switches=("month",),
    empty=(
        gettext_lazy("Nothing happened to the quota in this month"),
        gettext_lazy(
            "An event appears here when a service package begins, is renewed or expires, and when"
            " an update campaign reserves tokens or gives them back. Choose another month to see"
            " earlier ones."
        ),
    ),
)
