from usage.models.activity import AccountDay, DeviceActivity
from usage.models.devices import (
    Device,
    DeviceIdentifier,
    DeviceLabel,
    DeviceNow,
    DeviceOption,
    DeviceOwner,
    DevicePlan,
    DeviceStatus,
    Plan,
)
from usage.models.packages import Campaign, QuotaEntry, QuotaLedger, ServicePackage
from usage.models.records import AccountMonth, FeedProfile, Import, Meter, Source, UsageRecord
from usage.models.reports import ReportDue, UsageReport, UsageReportRow

__all__ = [
    "AccountDay",
    "AccountMonth",
    "Campaign",
    "Device",
    "DeviceActivity",
    "DeviceIdentifier",
    "DeviceLabel",
    "DeviceNow",
    "DeviceOption",
    "DeviceOwner",
    "DevicePlan",
    "DeviceStatus",
    "FeedProfile",
    "Import",
    "Meter",
    "Plan",
    "QuotaEntry",
    "QuotaLedger",
    "ReportDue",
    "ServicePackage",
    "Source",
    "UsageRecord",
    "UsageReport",
    "UsageReportRow",
]
