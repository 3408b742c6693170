"""The devices that were active in a month, declared once for their page and their file."""

from django.utils.translation import gettext_lazy

from billing_portal.common.reports.report import Report
from usage.filters.active_devices import ActiveDeviceFilters
from usage.selectors import active_devices
from usage.tables.active_devices import ActiveDeviceTable

ACTIVE_DEVICES = Report(
    name="active-devices",
    title=gettext_lazy("Active devices"),
    rows=active_devices.rows,
    table=ActiveDeviceTable,
    filters=ActiveDeviceFilters,
    reach="usage",
    switches=("month",),
    empty=(
        gettext_lazy("No device was active in this month"),
        gettext_lazy(
            "A device is active if it connected or registered by itself at least once in the month."
            " It is listed under the account that owned it then."
        ),
    ),
)
