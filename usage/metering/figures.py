"""What a usage report says of one account, or of several together (domain.md §2)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from usage.metering.counters import API_CALLS, CALLS, FIRMWARE_UPDATE, Group


@dataclass(frozen=True, slots=True)
class Figures:
    """Devices that were active, successful firmware updates, and API calls by code of the meter."""

    active_devices: int = 0
    firmware_updates: int = 0
    calls: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, *, active_devices: int, counters: Mapping[str, int]) -> Self:
        """Take what a report needs out of the counters of an account."""
        calls = {code: counters[code] for code in CALLS if counters.get(code)}
        return cls(active_devices, counters.get(FIRMWARE_UPDATE, 0), calls)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """Give back what `stored` wrote."""
        return cls(stored["active_devices"], stored["firmware_updates"], dict(stored["calls"]))

    def stored(self) -> dict[str, Any]:
        """Return the figures as they are kept: whole numbers of any size."""
        return {
            "active_devices": self.active_devices,
            "firmware_updates": self.firmware_updates,
            "calls": dict(sorted(self.calls.items())),
        }

    def sum_of(self, group: Group) -> int:
        """Return the total of one of the three groups of API calls."""
        return sum(self.calls.get(code, 0) for code in API_CALLS[group])

    @property
    def all_calls(self) -> int:
        return sum(self.calls.values())

    @property
    def to_service(self) -> int:
        return self.sum_of(Group.TO_SERVICE)

    @property
    def to_device(self) -> int:
        return self.sum_of(Group.TO_DEVICE)

    @property
    def integration(self) -> int:
        return self.sum_of(Group.INTEGRATION)

    def less(self, earlier: Self) -> Self:
        """Return what is here and was not yet in `earlier`."""
        calls = {code: self.calls[code] - earlier.calls.get(code, 0) for code in self.calls}
        return type(self)(
            self.active_devices - earlier.active_devices,
            self.firmware_updates - earlier.firmware_updates,
            {code: count for code, count in calls.items() if count},
        )

    def __bool__(self) -> bool:
        return bool(self.active_devices or self.firmware_updates or self.calls)


def together(parts: Iterable[Figures], *, repeated: int = 0) -> Figures:
    """Add figures up; `repeated` is how often a device is there once more than it counts (Q57)."""
    devices, updates, calls = -repeated, 0, Counter[str]()
    for part in parts:
        devices += part.active_devices
        updates += part.firmware_updates
        calls.update(part.calls)
    return Figures(devices, updates, dict(calls))


def roll_up(
    *,
    own: Mapping[int, Figures],
    parents: Mapping[int, int | None],
    moved: Iterable[Collection[int]],
) -> dict[int, Figures]:
    """Figures of each account that has others below it, at any depth, together with all of them.

    `moved` has for each device that was active for several accounts which ones these were: it
    counts once (rules.md Q57).
    """
    below: dict[int, set[int]] = {}
    for one in own:
        for top in _upwards(one, parents):
            below.setdefault(top, set()).add(one)
    several = list(moved)
    found = {}
    for top, some in below.items():
        if len(some) > 1:
            extra = sum(max(len(some.intersection(owners)) - 1, 0) for owners in several)
            found[top] = together((own[one] for one in some), repeated=extra)
    return found


def _upwards(account: int, parents: Mapping[int, int | None]) -> list[int]:
    """The account and all above it; a cycle ends where it closes."""
    path: list[int] = []
    step: int | None = account
    while step is not None and step not in path:
        path.append(step)
        step = parents.get(step)
    return path
