"""What intake looks up to prove the references of a fact."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from accounts.models import Account, Placement
from usage.models import DeviceOwner, Meter
from usage.selectors.chunks import chunks


@dataclass(frozen=True, slots=True)
class Stamp:
    """Changes as soon as an owner of a device or a place in the account tree does."""

    owner: int | None
    recorded_at: datetime | None
    placement: int | None
    placement_change: int | None


def reference_stamp() -> Stamp:
    """Return the stamp of what the database says now."""
    owners = DeviceOwner.objects.aggregate(owner=Max("pk"), recorded_at=Max("recorded_at"))
    placements = Placement.objects.aggregate(last=Max("pk"))
    changes = Placement.history.aggregate(last=Max("history_id"))
    return Stamp(owners["owner"], owners["recorded_at"], placements["last"], changes["last"])


def accounts_by_key(*, keys: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Give key and id of those accounts of a list that exist."""
    for part in chunks(keys):
        yield from Account.objects.filter(key__in=part).values_list("key", "pk")


def meters_by_code(*, codes: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Give code and id of those meters of a list that exist."""
    for part in chunks(codes):
        yield from Meter.objects.filter(code__in=part).values_list("code", "pk")
