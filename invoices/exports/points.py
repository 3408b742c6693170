"""The history of credit points, declared once for its page and its file."""

from django.utils.translation import gettext_lazy as _

from billing_portal.common.reports.report import Report
from invoices.filters.points import PointFilters
from invoices.selectors import points
from invoices.tables.points import PointTable

POINTS = Report(
    name="credit-points",
    title=_("Credit points"),
    rows=points.history,
    table=PointTable,
    filters=PointFilters,
    reach="money",
    empty=(
        _("No credit points yet"),
        _("Points that we grant you stand here, and what your documents take of them."),
    ),
)
