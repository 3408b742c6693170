"""What somebody wants to hold for a device from an instant on, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from billing_portal.common.periods import Month
from usage.models import Plan


@dataclass(frozen=True, slots=True)
class Wish:
    """One device, by its id. None leaves as it is what holds already; empty text or none of many
    clears it.

    `tags` are set one by one, those with None are taken away; with `all_tags` there are no others.
    `options` are those switched on, all others are off. `identifiers` are all of each kind named.
    With `only_from` the device must have one of these statuses, or nothing of the wish is done.
    A device that does not exist is registered, if the wish says all that a device needs.
    """

    key: str
    since: datetime | None = None
    kind: str | None = None
    coverage: str | None = None
    account_id: int | None = None
    plan: Plan | None = None
    status: str | None = None
    name: str | None = None
    definition: str | None = None
    report_type: str | None = None
    group: str | None = None
    tags: Mapping[str, str | None] = field(default_factory=dict)
    all_tags: bool = False
    options: frozenset[str] | None = None
    identifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only_from: frozenset[str] | None = None


OWN = ("name", "definition", "report_type")
"""What a device says itself, without dates."""


class Result(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one wish: what was changed, or why nothing was.

    `late` is the last closed month for which the change came too late.
    """

    result: Result
    changed: tuple[str, ...] = ()
    reason: str = ""
    late: Month | None = None
