"""The tables of activity counted again from the facts, one month of one account at a time.

Facts are read a day at a time, so memory holds the devices of a month and the facts of a day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import polars as pl
from django.db import transaction
from django.db.models import QuerySet

from billing_portal.common.periods import Month, months_through
from usage.ingest import activity as counting
from usage.ingest.shipping import Shipped, written
from usage.models import AccountDay, DeviceActivity, UsageRecord
from usage.selectors.fetching import INSTANT, Kinds, fetch
from usage.services import activity
from usage.services.activity import DAYS, DEVICES

_FACTS: Kinds = {
    "account_id": pl.Int64,
    "device_id": pl.Int64,
    "meter_id": pl.Int64,
    "evidence": pl.String,
    "at": INSTANT,
    "quantity": pl.Int64,
}
_DAYS: Kinds = {
    "account_id": pl.Int64,
    "meter_id": pl.Int64,
    "day": pl.Date,
    "total": pl.String,
    "last_at": INSTANT,
    "last_quantity": pl.Int64,
    "greatest": pl.Int64,
}
_DEVICES: Kinds = {
    "account_id": pl.Int64,
    "month": pl.String,
    "device_id": pl.Int64,
    **dict.fromkeys([*DEVICES][activity.KEY :], INSTANT),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """One month of one account, and whether the tables said something else."""

    account_id: int
    month: Month
    differed: bool


def recount(*, account_id: int, now: datetime, mend: bool = True) -> Iterator[Counted]:
    """Count every month of an account again, from its first fact to its last.

    With `mend` what differs is written. A device keeps the instant at which it became known; one
    that was missing became known `now`.
    """
    for month in _months(account_id):
        with transaction.atomic():
            activity.hold(account_id=account_id, month=month)
            differed = _recount(account_id, month, now, mend=mend)
        yield Counted(account_id, month, differed)


def _months(account_id: int) -> tuple[Month, ...]:
    instants = UsageRecord.objects.filter(account_id=account_id).order_by("at")
    first, last = instants.first(), instants.last()
    if first is None or last is None:
        return ()
    return months_through(Month.of(first.at), Month.of(last.at))


def _recount(account_id: int, month: Month, now: datetime, *, mend: bool) -> bool:
    days, proofs = _counted(account_id, month)
    stored = _stored(account_id, month)
    devices = _with_known(proofs, stored, now)
    if days.equals(_stored_days(account_id, month)) and devices.equals(counting.told(stored)):
        return False
    if mend:
        activity.forget(account_id=account_id, month=month)
        activity.note_devices(rows=Shipped(devices))
        activity.note_days(rows=Shipped(days))
    return True


def _counted(account_id: int, month: Month) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What the facts say: columns `DAYS`, and proofs of devices."""
    none = _facts(account_id, month.first_day).clear()
    days, proofs = [counting.days_of(none)], counting.proofs_of(none)
    day = month.first_day
    while day <= month.last_day:
        facts = _facts(account_id, day)
        days.append(counting.days_of(facts))
        proofs = counting.joined(proofs, counting.proofs_of(facts))
        day += timedelta(days=1)
    return pl.concat(days).sort([*DAYS][: activity.KEY]), proofs


def _facts(account_id: int, day: date) -> pl.DataFrame:
    start = datetime.combine(day, time.min, UTC)
    rows = UsageRecord.objects.filter(
        account_id=account_id, at__gte=start, at__lt=start + timedelta(days=1)
    ).order_by()
    columns = ("account_id", "device_id", "meter_id", "meter__evidence", "at", "quantity")
    return _epochs(fetch(rows.values_list(*columns), _FACTS))


def _stored_days(account_id: int, month: Month) -> pl.DataFrame:
    rows = AccountDay.objects.filter(
        account_id=account_id, day__gte=month.first_day, day__lte=month.last_day
    )
    found = _epochs(_fetched(rows, _DAYS))
    texts = (written("last_at"), pl.col("day").dt.strftime("%Y-%m-%d"))
    return found.with_columns(texts).select(*DAYS).sort([*DAYS][: activity.KEY])


def _stored(account_id: int, month: Month) -> pl.DataFrame:
    rows = DeviceActivity.objects.filter(account_id=account_id, month=month)
    return _epochs(_fetched(rows, _DEVICES))


def _with_known(proofs: pl.DataFrame, stored: pl.DataFrame, now: datetime) -> pl.DataFrame:
    known = stored.select("device_id", "active_known_at", "seen_known_at")
    instant = pl.lit(int(now.timestamp() * 1_000_000), dtype=pl.Int64)
    active = pl.col("first_active_at").is_not_null()
    return counting.told(
        proofs.join(known, on="device_id", how="left").with_columns(
            active_known_at=pl.when(active).then(pl.coalesce("active_known_at", instant)),
            seen_known_at=pl.coalesce("seen_known_at", instant),
        )
    )


def _fetched(rows: "QuerySet[AccountDay] | QuerySet[DeviceActivity]", kinds: Kinds) -> pl.DataFrame:
    return fetch(rows.order_by().values_list(*kinds), kinds)


def _epochs(frame: pl.DataFrame) -> pl.DataFrame:
    """Instants as microseconds."""
    columns = [name for name, kind in frame.schema.items() if kind == INSTANT]
    return frame.with_columns(pl.col(name).dt.epoch("us") for name in columns)
