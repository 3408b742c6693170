"""Devices and their histories. Every write reaches into months, so it locks and bumps them."""

from usage.services.devices.bulk import Terms, change_devices
from usage.services.devices.points import (
    set_labels,
    set_option,
    set_owner,
    set_plan,
    set_status,
)
from usage.services.devices.reach import DeviceRefused, PlanDoesNotFit, UnknownInstant
from usage.services.devices.refusals import DeviceNotThere, MoveNotAtMidnight, PointClosed
from usage.services.devices.registration import (
    DeviceExists,
    DeviceTwice,
    NewDevice,
    NoSuchPlan,
    register_devices,
)
from usage.services.devices.wishes import Outcome, Result, Wish

__all__ = [
    "DeviceExists",
    "DeviceNotThere",
    "DeviceRefused",
    "DeviceTwice",
    "MoveNotAtMidnight",
    "NewDevice",
    "NoSuchPlan",
    "Outcome",
    "PlanDoesNotFit",
    "PointClosed",
    "Result",
    "Terms",
    "UnknownInstant",
    "Wish",
    "change_devices",
    "register_devices",
    "set_labels",
    "set_option",
    "set_owner",
    "set_plan",
    "set_status",
]
