"""Devices and their histories. Every write reaches into months, so it locks and bumps them."""

from usage.services.devices.points import (
    DeviceNotThere,
    MoveNotAtMidnight,
    PointClosed,
    set_labels,
    set_option,
    set_owner,
    set_plan,
    set_status,
)
from usage.services.devices.reach import DeviceRefused, PlanDoesNotFit, UnknownInstant
from usage.services.devices.registration import (
    DeviceExists,
    DeviceTwice,
    NewDevice,
    NoSuchPlan,
    register_devices,
)

__all__ = [
    "DeviceExists",
    "DeviceNotThere",
    "DeviceRefused",
    "DeviceTwice",
    "MoveNotAtMidnight",
    "NewDevice",
    "NoSuchPlan",
    "PlanDoesNotFit",
    "PointClosed",
    "UnknownInstant",
    "register_devices",
    "set_labels",
    "set_option",
    "set_owner",
    "set_plan",
    "set_status",
]
