"""The organisation report: what each organisation of a tree counted in a month (rules.md Q58).

Every row is the organisation's own figure, not its subtree's. The tree is that of the month.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.expressions import Combinable

from accounts.access import Access
from accounts.models import Account
from accounts.selectors.tree import tree_in
from billing_portal.common.periods import Month
from usage.choices import DeviceKind, ReportType, Status
from usage.metering.counters import ORGANISATION
from usage.models import DeviceOwner, DeviceStatus
from usage.selectors import activity

BILLABLE, THINGS = "countBillableThings", "countThings"
COLUMNS = (BILLABLE, THINGS, *ORGANISATION)
"""Of the counts, in the order of the file (domain.md §3)."""
DEFINITION, TYPE = "definition", "type"

Parts = dict[tuple[int, str], int]
"""How many things, by account and by definition or type."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is about. `by` is "", "definition" or "type"."""

    account: Account
    month: Month
    below: bool = True
    by: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One organisation: its counts by column, and those of its parts in the order of `Report`."""

    account: Account
    parent_key: str
    counts: Mapping[str, int]
    parts: Sequence[int]


@dataclass(frozen=True, slots=True)
class OrganisationReport:
    """`parts` has what the counts are divided by: (BILLABLE or THINGS, definition or type)."""

    asked: Asked
    rows: Sequence[Row]
    parts: Sequence[tuple[str, str]]


def organisation(*, access: Access, key: str) -> Account:
    """An organisation whose usage is seen; DoesNotExist for all others."""
    account = Account.objects.get(key=key)
    if account.pk not in access.usage:
        raise Account.DoesNotExist(key)
    return account


def members(*, asked: Asked) -> frozenset[int]:
    """The organisation, and all below it in that month if they are asked for."""
    own = frozenset({asked.account.pk})
    return own | tree_in(month=asked.month).below(asked.account.pk) if asked.below else own


def report(*, asked: Asked, now: datetime) -> OrganisationReport:
    """Count; the organisation itself comes first, then all others by key."""
    ids = members(asked=asked)
    billable = _billable(ids, asked)
    things = _things(ids, asked, min(asked.month.end, now))
    known = {value for _account, value in (*billable, *things)} if asked.by else set()
    values = ReportType.values if asked.by == TYPE else sorted(known)
    parts = [(column, value) for value in values for column in (BILLABLE, THINGS)]
    counted = {BILLABLE: billable, THINGS: things}
    whole = {column: _whole(parts) for column, parts in counted.items()}
    counters = activity.counters(
        accounts=ids, month=asked.month, meters=[m for some in ORGANISATION.values() for m in some]
    )
    rows = [
        Row(
            account,
            parent,
            _counts(account.pk, whole, counters.get(account.pk, {})),
            [counted[column].get((account.pk, value), 0) for column, value in parts],
        )
        for account, parent in _accounts(ids, asked)
    ]
    return OrganisationReport(asked, rows, parts)


def _accounts(ids: Collection[int], asked: Asked) -> list[tuple[Account, str]]:
    """The organisations with the keys of their parents in that month."""
    places = tree_in(month=asked.month).places
    parents = {pk: places[pk].parent_id for pk in ids if pk in places}
    above = {pk for pk in parents.values() if pk is not None}
    keys = dict(Account.objects.filter(pk__in=above).values_list("pk", "key"))
    found = Account.objects.filter(pk__in=ids).order_by("key")
    rows = [(account, keys.get(parents.get(account.pk) or 0, "")) for account in found]
    return sorted(rows, key=lambda row: row[0] != asked.account)


def _whole(parts: Parts) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for (account_id, _value), number in parts.items():
        found[account_id] += number
    return found


def _counts(
    pk: int, whole: Mapping[str, Mapping[int, int]], counters: activity.Counters
) -> dict[str, int]:
    counts = {column: numbers.get(pk, 0) for column, numbers in whole.items()}
    for column, meters in ORGANISATION.items():
        counts[column] = sum(counters.get(meter, 0) for meter in meters)
    return counts


def _billable(ids: Collection[int], asked: Asked) -> Parts:
    rows = activity.billable(accounts=ids, month=asked.month).order_by()
    rows = rows.annotate(value=_value(asked.by, "device__"))
    return _parts(rows.values_list("account_id", "value").annotate(Count("pk")))


def _things(ids: Collection[int], asked: Asked, instant: datetime) -> Parts:
    """What an organisation owned just before this instant, without what was terminated by then."""
    later = DeviceOwner.objects.filter(
        device=OuterRef("device"), since__gt=OuterRef("since"), since__lt=instant
    )
    # Few are terminated, so they are found once and not looked up for each device.
    revived = DeviceStatus.objects.filter(
        device=OuterRef("device"), since__gt=OuterRef("since"), since__lt=instant
    )
    terminated = DeviceStatus.objects.filter(
        ~Exists(revived), status=Status.TERMINATED, since__lt=instant
    )
    rows = (
        DeviceOwner.objects.filter(~Exists(later), account_id__in=ids, since__lt=instant)
        .exclude(device_id__in=terminated.values("device_id"))
        .annotate(value=_value(asked.by, "device__"))
        .order_by()
    )
    return _parts(rows.values_list("account_id", "value").annotate(Count("pk")))


def _value(by: str, device: str) -> Combinable:
    """SQL of what a device is counted by."""
    if by == DEFINITION:
        return F(f"{device}definition")
    if by != TYPE:
        return Value("", output_field=CharField())
    kinds = {
        DeviceKind.LORA_GATEWAY: ReportType.GATEWAY,
        DeviceKind.LORA_DEVICE: ReportType.LORA,
    }
    said: dict[str, Any] = {f"{device}report_type": ""}
    return Case(
        When(~Q(**said), then=F(f"{device}report_type")),
        *(When(**{f"{device}kind": kind}, then=Value(type_)) for kind, type_ in kinds.items()),
        default=Value(ReportType.GENERIC),
        output_field=CharField(),
    )


def _parts(rows: Any) -> Parts:
    found: Parts = defaultdict(int)
    for account_id, value, number in rows:
        found[account_id, value] += number
    return found
