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
from usage.models.records import AccountMonth, FeedProfile, Import, Meter, Source, UsageRecord

__all__ = [
    "AccountMonth",
    "Device",
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
    "Source",
    "UsageRecord",
]
