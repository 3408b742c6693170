"""The facts of some billing accounts in one month and coverage, as columns."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import polars as pl
from django.db.models import QuerySet

from billing_portal.common.changes import ChangePointQuerySet
from billing_portal.common.periods import Month
from usage.metering.bands import Band, banded_variant
from usage.metering.folding import fold
from usage.models import (
    Device,
    DeviceLabel,
    DeviceOption,
    DeviceOwner,
    DevicePlan,
    DeviceStatus,
    UsageRecord,
)
from usage.selectors.fetching import INSTANT, Kinds, fetch

SUBJECTS = ["account_id", "device_id"]
SUBJECT: dict[str, pl.DataType | type[pl.DataType]] = {"device_id": pl.Int64, "at": INSTANT}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the facts of an account is looked at: those of the device with this id, and of the
    usage what these meters counted on this day. None stands for all.
    """

    device: str | None = None
    meters: frozenset[str] | None = None
    day: date | None = None


EVERYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class Scope:
    """What is loaded: the month and coverage, and who is billed for which account.

    `until` cuts histories off: the end of the month, or now while it runs. What came after the
    month was closed is left out (rules.md Q33), unless `with_late`: that is what corrects it (Q32).
    Only some of it may be `wanted`.
    """

    month: Month
    coverage: str
    payers: Mapping[int, int]
    until: datetime
    with_late: bool = False
    wanted: Wanted = EVERYTHING

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From when until when usage counts."""
        if self.wanted.day is None:
            return self.month.start, self.month.end
        start = datetime.combine(self.wanted.day, time(), UTC)
        return start, start + timedelta(days=1)

    @property
    def members(self) -> Collection[int]:
        return self.payers.keys()


def load(scope: Scope, *, bands: Sequence[Band]) -> dict[str, pl.DataFrame]:
    """Tables `usage`, `statuses`, `plans`, `options`, `owned` and `devices` of the scope."""
    owned, usage = _owned(scope), _usage(scope, bands)
    holders = owned.group_by("account_id", "device_id").agg(held_until=pl.col("last_day").max())
    users = usage.select("account_id", "device_id").drop_nulls().unique()
    return {
        "usage": usage,
        "statuses": _history(scope, holders, DeviceStatus.objects.all(), "status", "status"),
        "plans": _history(scope, holders, DevicePlan.objects.all(), "plan__code", "plan"),
        "options": _options(scope, holders),
        "owned": owned,
        "devices": _devices(scope, holders.join(users, on=SUBJECTS, how="full", coalesce=True)),
    }


def _usage(scope: Scope, bands: Sequence[Band]) -> pl.DataFrame:
    wanted = scope.wanted
    start, end = scope.span
    rows = UsageRecord.objects.filter(
        account__in=scope.members,
        coverage=scope.coverage,
        at__gte=start,
        at__lt=end,
        meter__is_priced=True,
    ).order_by()
    if not scope.with_late:
        rows = rows.filter(late=False)
    if wanted.meters is not None:
        rows = rows.filter(meter__code__in=wanted.meters)
    if wanted.device is not None:
        rows = rows.filter(device__key=wanted.device)
    kinds: Kinds = {
        "id": pl.Int64,
        "member_id": pl.Int64,
        "device_id": pl.Int64,
        "meter": pl.Categorical,
        "fold": pl.Categorical,
        "variant": pl.Categorical,
        "at": INSTANT,
        "whole_day": pl.Boolean,
        "quantity": pl.Int64,
    }
    columns = ("id", "account_id", "device_id", "meter__code", "meter__fold", "variant", "at")
    facts = fetch(rows.values_list(*columns, "whole_day", "quantity"), kinds)
    paid = facts.with_columns(
        account_id=_payer(scope, "member_id"),
        day=pl.col("at").dt.date(),
        variant=banded_variant(bands).cast(pl.Categorical),
    )
    return fold(paid)


def _payer(scope: Scope, column: str) -> pl.Expr:
    return pl.col(column).replace_strict(dict(scope.payers), return_dtype=pl.Int64, default=None)


def _known(
    scope: Scope, points: "ChangePointQuerySet[Any]", devices: "QuerySet[Device]"
) -> "ChangePointQuerySet[Any]":
    """The histories of some devices as they were known when the month was closed."""
    known = points.before(scope.until)
    if not scope.with_late:
        known = known.counting_for(scope.month)
    return known.filter(device__in=devices).order_by("device_id", "since")


def _held_devices(scope: Scope) -> "QuerySet[Device]":
    """Devices of the coverage that were ever a member's; who owns them when comes from `owned`."""
    owners = DeviceOwner.objects.filter(account__in=scope.members, since__lt=scope.until)
    held = Device.objects.filter(coverage=scope.coverage, id__in=owners.values("device_id"))
    return held if scope.wanted.device is None else held.filter(key=scope.wanted.device)


def _owned(scope: Scope) -> pl.DataFrame:
    """The days of the month at whose end each device belongs to a member of each payer."""
    rows = _known(scope, DeviceOwner.objects.all(), _held_devices(scope))
    points = fetch(
        rows.values_list("device_id", "since", "account_id"), SUBJECT | {"member_id": pl.Int64}
    )
    first, last = pl.lit(scope.month.first_day), pl.lit(scope.month.last_day)
    until = pl.col("at").shift(-1).over("device_id", order_by="at").dt.date() - timedelta(days=1)
    return (
        points.with_columns(
            account_id=_payer(scope, "member_id"),
            first_day=pl.max_horizontal(pl.col("at").dt.date(), first),
            last_day=pl.min_horizontal(until, last),
        )
        .filter(pl.col("account_id").is_not_null() & (pl.col("first_day") <= pl.col("last_day")))
        .select("account_id", "device_id", "first_day", "last_day")
    )


def _history(
    scope: Scope, holders: pl.DataFrame, points: "ChangePointQuerySet[Any]", column: str, name: str
) -> pl.DataFrame:
    rows = _known(scope, points, _held_devices(scope)).values_list("device_id", "since", column)
    return _while_held(holders, fetch(rows, SUBJECT | {name: pl.String}))


def _options(scope: Scope, holders: pl.DataFrame) -> pl.DataFrame:
    rows = _known(scope, DeviceOption.objects.all(), _held_devices(scope))
    kinds = SUBJECT | {"option": pl.String, "enabled": pl.Boolean}
    points = fetch(rows.values_list("device_id", "since", "option", "enabled"), kinds)
    return _while_held(holders, points)


def _while_held(holders: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """The histories of devices up to the last day on which they are the account's.

    What becomes of a device on another bill is nothing to this one, which may be closed by then.
    """
    joined = holders.join(points, on="device_id")
    return joined.filter(pl.col("at").dt.date() <= pl.col("held_until")).drop("held_until")


def _devices(scope: Scope, holders: pl.DataFrame) -> pl.DataFrame:
    """Kind, id and labels: the last ones before `until` while it is the account's (rules.md Q59).

    A device may have been used on an account that owns it no more: a move that was entered later
    leaves the facts where they are. They are billed, so the device is there as well, unlabelled.
    """
    devices = _named(_held_devices(scope))
    strangers = holders["device_id"].unique().sort()
    strangers = strangers.filter(~strangers.is_in(devices["device_id"].to_list()))
    more = _named(Device.objects.filter(id__in=strangers.to_list()))
    points = fetch(
        _known(scope, DeviceLabel.objects.all(), _held_devices(scope)).values_list(
            "device_id", "since", "group", "tags"
        ),
        SUBJECT | {"group": pl.String, "tags": pl.String},
    )
    labels = (
        _while_held(holders, points)
        .group_by(SUBJECTS)
        .agg(pl.col("group", "tags").sort_by("at").last())
    )
    return (
        holders.select(SUBJECTS)
        .join(pl.concat([devices, more]), on="device_id")
        .join(labels, on=SUBJECTS, how="left")
        .with_columns(pl.col("group").fill_null(""), _canonical(pl.col("tags").fill_null("{}")))
    )


def _named(devices: "QuerySet[Device]") -> pl.DataFrame:
    return fetch(
        devices.order_by("id").values_list("id", "kind", "key"),
        {"device_id": pl.Int64, "kind": pl.String, "key": pl.String},
    )


def _canonical(tags: pl.Expr) -> pl.Expr:
    """One text for equal tags: PostgreSQL orders the keys of JSON in its own way."""
    return tags.map_elements(
        lambda text: json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True),
        return_dtype=pl.String,
    )
