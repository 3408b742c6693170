"""The list of devices, declared once for its page and its file."""

from django.utils.translation import gettext_lazy

from billing_portal.common.reports.report import Report
from usage.filters.devices import DeviceFilters
from usage.selectors import devices_list
from usage.tables.devices import DeviceTable

DEVICES = Report(
    name="devices",
    title=gettext_lazy("Devices"),
    rows=devices_list.rows,
    table=DeviceTable,
    filters=DeviceFilters,
    reach="usage",
    empty=(
        gettext_lazy("No devices yet"),
        gettext_lazy(
            "A device appears here as soon as your provider has registered it for your account. "
            "From that day on it is counted, and you can give it a name, a group and tags, "
            "which then divide your bills."
        ),
    ),
)
