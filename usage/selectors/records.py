"""What intake looks up to prove the references of a fact."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Subquery, Sum

from accounts.models import Account, Placement
from usage.models import Device, DeviceIdentifier, DeviceOwner, Meter, Source, UsageRecord


@dataclass(frozen=True, slots=True)
class TreeStamp:
    """Changes as soon as a place in the account tree does."""

    placement: int | None = None
    change: int | None = None


@dataclass(frozen=True, slots=True)
class OwnerStamp:
    """Changes as soon as an owner of one of these devices does.

    Keys are handed out before they can be seen, so the greatest one may stay when a smaller one
    comes in late: owners are told by number and sum of their keys.
    """

    devices: frozenset[int] = frozenset()
    number: int = 0
    keys: int = 0


@dataclass(frozen=True, slots=True)
class Stamp:
    """Changes as soon as an owner of one of these devices or a place in the account tree does."""

    owners: OwnerStamp
    tree: TreeStamp


def tree_stamp() -> TreeStamp:
    """Return the stamp of the account tree; moves take turns, so the last one tells of all."""
    change = Placement.history.order_by("-history_id").values("history_id")[:1]
    last = Placement.objects.order_by("-pk").values_list("pk", Subquery(change)).first()
    return TreeStamp(*last) if last else TreeStamp()


def owner_stamp(*, devices: frozenset[int]) -> OwnerStamp:
    """Return the stamp of who owns some devices."""
    found = DeviceOwner.objects.filter(device_id__in=devices).aggregate(
        number=Count("pk"), keys=Sum("pk", default=0)
    )
    return OwnerStamp(devices, found["number"], found["keys"])


def has_moved(stamp: Stamp) -> bool:
    """Say whether the database says something else than it did at a stamp."""
    now = Stamp(owner_stamp(devices=stamp.owners.devices), tree_stamp())
    return now != stamp


def accounts_by_key(*, keys: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Give key and id of those accounts of a list that exist."""
    yield from Account.objects.filter(key__in=keys).values_list("key", "pk")


def meters_by_code(*, codes: Sequence[str]) -> Iterator[tuple[str, int, bool, str]]:
    """Give code, id, `is_priced` and `evidence` of those meters of a list that exist."""
    found = Meter.objects.filter(code__in=codes)
    yield from found.values_list("code", "pk", "is_priced", "evidence")


def devices_by_identifier(*, kind: str, values: Sequence[str]) -> Iterator[tuple[str, int, str]]:
    """Give identifier, id and coverage of the devices that these identifiers of a kind name."""
    found = DeviceIdentifier.objects.filter(kind=kind, value__in=values)
    yield from found.values_list("value", "device_id", "device__coverage").order_by()


def account_keys(*, ids: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Give id and key of accounts."""
    yield from Account.objects.filter(pk__in=ids).values_list("pk", "key")


def device_keys(*, ids: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Give id and key of devices."""
    yield from Device.objects.filter(pk__in=ids).values_list("pk", "key")


def meter_codes(*, ids: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Give id and code of meters."""
    yield from Meter.objects.filter(pk__in=ids).values_list("pk", "code")


def event_id_rule(*, source: str) -> str:
    """Return what makes the event ids of a source, "" if nobody has said so yet.

    Without facts nothing is settled.
    """
    found = Source.objects.filter(name=source).first()
    if found is None or not UsageRecord.objects.filter(source=found).exists():
        return ""
    return found.event_id_rule
