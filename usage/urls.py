from django.urls import path, re_path, register_converter
from django.urls.converters import StringConverter

from usage.api.pelion import packages as pelion_packages
from usage.api.pelion import reports as pelion_reports
from usage.api.pelion.base import NoSuchAddress
from usage.api.pelion.statistics import Statistics
from usage.api.records import UsageRecords, UsageRecordsJob
from usage.api.telit import Commands
from usage.views import devices, evidence, labels, organisation, packages, reports


class KeyConverter(StringConverter):
    """The id of a device, which may hold nearly anything. PostgreSQL knows no NUL."""

    regex = r"[^\x00]+"


register_converter(KeyConverter, "key")

DEVICE = "<key:key>"
"""A device in an address."""

urlpatterns = [
    path("devices/", devices.listing, name="devices"),
    path(f"devices/{DEVICE}/", devices.device, name="device"),
    path(f"device-activity/of/{DEVICE}/", evidence.device_activity, name="device-activity"),
    path("device-labels/", labels.many, name="devices-labels"),
    path("device-labels/file/", labels.upload, name="devices-upload"),
    path("device-labels/csv/", labels.download, name="devices-labels-csv"),
    path("organisation-report/", organisation.organisation_report, name="organisation-report"),
    path("my-billing/", reports.my_billing, name="my-billing"),
    path("my-billing/file/<slug:sort>/<key:key>/", reports.file, name="report-file"),
    path("active-devices/", reports.active_devices, name="active-devices"),
    path("usage-reports/", reports.listing, name="usage-reports"),
    *(
        path(f"usage-reports/{tab}/<key:key>/", reports.pane, {"tab": tab}, name=name)
        for tab, name in reports.TABS.items()
    ),
    path("service-package-history/", packages.history, name="package-history"),
    path(f"device-labels/of/{DEVICE}/", labels.edit, name="device-labels"),
]

PELION = [
    path("billing-report", pelion_reports.BillingReport.as_view(), name="report"),
    path("billing-report-active-devices", pelion_reports.ActiveDevices.as_view(), name="active"),
    path(
        "billing-report-firmware-updates", pelion_reports.FirmwareUpdates.as_view(), name="updates"
    ),
    path("billing-statistics", Statistics.as_view(), name="statistics"),
    path("service-packages", pelion_packages.Packages.as_view(), name="packages"),
    path("service-packages-quota", pelion_packages.Quota.as_view(), name="quota"),
    path("service-packages-quota-history", pelion_packages.QuotaHistory.as_view(), name="history"),
    re_path("", NoSuchAddress.as_view()),
]
"""Below /v3."""

TELIT = [path("api", Commands.as_view(), name="commands")]
INTAKE = [
    path("usage-records", UsageRecords.as_view(), name="records"),
    path("usage-records/<int:pk>", UsageRecordsJob.as_view(), name="job"),
]
"""Below /v1, before the addresses of the Soracom dialect."""
