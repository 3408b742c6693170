"""The histories of a device, and what to load with the points of each."""

from usage.models import DeviceLabel, DeviceOption, DeviceOwner, DevicePlan, DeviceStatus
from usage.models.devices import DevicePoint

HISTORIES: tuple[tuple[type[DevicePoint], tuple[str, ...]], ...] = (
    (DeviceOwner, ("account",)),
    (DevicePlan, ("plan",)),
    (DeviceStatus, ()),
    (DeviceOption, ()),
    (DeviceLabel, ()),
)
