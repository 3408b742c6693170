"""All that is known about some devices, loaded at once, so that many changes cost few queries."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from usage.models import Device, DeviceIdentifier, DeviceOption, DeviceOwner
from usage.models.devices import DevicePoint
from usage.services.devices import present
from usage.services.devices.present import HISTORIES
from usage.services.devices.wishes import OWN

Claims = dict[tuple[str, str], str]
"""The id of the device that each identifier names, by kind and value."""


@dataclass(slots=True)
class Standing:
    """A device with its points, each history in the order of `since`, and its identifiers.

    A device that is yet to be registered has no key in the database and no points.
    """

    device: Device
    points: dict[type[DevicePoint], list[DevicePoint]] = field(default_factory=dict)
    identifiers: list[DeviceIdentifier] = field(default_factory=list)

    @property
    def owners(self) -> list[DeviceOwner]:
        return [
            point for point in self.points.get(DeviceOwner, []) if isinstance(point, DeviceOwner)
        ]

    def history(self, model: type[DevicePoint], option: str = "") -> list[DevicePoint]:
        points = self.points.get(model, [])
        if model is DeviceOption:
            return [p for p in points if isinstance(p, DeviceOption) and p.option == option]
        return points

    def at(
        self, model: type[DevicePoint], instant: datetime, option: str = ""
    ) -> DevicePoint | None:
        """The point of a history that holds at an instant."""
        return next((p for p in reversed(self.history(model, option)) if p.since <= instant), None)

    def numbers(self, kind: str) -> set[str]:
        return {row.value for row in self.identifiers if row.kind == kind}


def locked(*, keys: Collection[str]) -> dict[str, Standing]:
    """Lock the devices of these ids until the end of the transaction, and load them."""
    devices = {device.pk: device for device in Device.objects.filter(key__in=keys)}
    present.lock(device_ids=devices)
    # Read again what may have changed while the lock was waited for.
    found = {pk: Standing(device) for pk, device in devices.items()}
    for pk, *own in Device.objects.filter(pk__in=found).values_list("pk", *OWN):
        for name, value in zip(OWN, own, strict=True):
            setattr(found[pk].device, name, value)
    for model in HISTORIES:
        for point in model._default_manager.filter(device_id__in=found).order_by("since"):
            found[point.device_id].points.setdefault(model, []).append(point)
    for row in DeviceIdentifier.objects.filter(device_id__in=found):
        found[row.device_id].identifiers.append(row)
    return {standing.device.key: standing for standing in found.values()}


def claims(*, wanted: Mapping[str, Collection[str]]) -> Claims:
    """Return which devices have identifiers; `wanted` gives the values by kind."""
    found: Claims = {}
    for kind, values in wanted.items():
        rows = DeviceIdentifier.objects.filter(kind=kind, value__in=set(values))
        found |= {(kind, value): key for value, key in rows.values_list("value", "device__key")}
    return found


def by_kind(pairs: Collection[tuple[str, tuple[str, ...]]]) -> dict[str, set[str]]:
    """Gather values by kind."""
    found: dict[str, set[str]] = defaultdict(set)
    for kind, values in pairs:
        found[kind].update(values)
    return found
