from usage.models.devices import (
    Device,
    DeviceLabel,
    DeviceOption,
    DeviceOwner,
    DevicePlan,
    DeviceStatus,
    Plan,
)
from usage.models.records import AccountMonth, Import, Meter, Source, UsageRecord

__all__ = [
    "AccountMonth",
    "Device",
    "DeviceLabel",
    "DeviceOption",
    "DeviceOwner",
    "DevicePlan",
    "DeviceStatus",
    "Import",
    "Meter",
    "Plan",
    "Source",
    "UsageRecord",
]
