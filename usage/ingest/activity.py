"""What facts say about devices and accounts, added up (rules.md Q53, Q54, Q58).

Facts come as frames with `account_id`, `device_id`, `meter_id`, `evidence`, `at` (microseconds) and
`quantity`. The results are in the order of their keys.
"""

from datetime import datetime

import polars as pl

from usage.ingest.shipping import written
from usage.metering.vocabulary import Evidence
from usage.services.activity import DAYS, DEVICES

_ACTIVE = pl.col("evidence") == Evidence.ACTIVE.value
_KEY = ("account_id", "month", "device_id")
_INSTANTS = ("first_active_at", "last_active_at", "first_seen_at", "last_seen_at")


def devices_of(facts: pl.DataFrame, *, now: datetime) -> pl.DataFrame:
    """What facts prove of their devices by owner and month: columns `DEVICES`."""
    known = pl.lit(int(now.timestamp() * 1_000_000), dtype=pl.Int64)
    return told(
        proofs_of(facts).with_columns(
            active_known_at=pl.when(pl.col("first_active_at").is_not_null()).then(known),
            seen_known_at=known,
        )
    )


def told(proofs: pl.DataFrame) -> pl.DataFrame:
    """Proofs and when they became known, as columns `DEVICES`."""
    instants = (*_INSTANTS, "active_known_at", "seen_known_at")
    return proofs.sort(_KEY).with_columns(map(written, instants)).select(*DEVICES)


def proofs_of(facts: pl.DataFrame) -> pl.DataFrame:
    """First and last instants by owner, month and device, in microseconds.

    A quantity of 0 proves nothing, and a fact without a device proves nothing of one.
    """
    proving = facts.filter(
        (pl.col("evidence") != "") & pl.col("device_id").is_not_null() & (pl.col("quantity") > 0)
    )
    month = pl.from_epoch("at", "us").dt.strftime("%Y-%m").alias("month")
    active = pl.col("at").filter(_ACTIVE)
    return proving.group_by("account_id", month, "device_id").agg(
        first_active_at=active.min(),
        last_active_at=active.max(),
        first_seen_at=pl.col("at").min(),
        last_seen_at=pl.col("at").max(),
    )


def joined(proofs: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    """Two sets of proofs as one."""
    firsts = [pl.col(name).min() for name in _INSTANTS if name.startswith("first")]
    lasts = [pl.col(name).max() for name in _INSTANTS if name.startswith("last")]
    return pl.concat([proofs, more]).group_by(_KEY).agg(*firsts, *lasts).select(proofs.columns)


def days_of(facts: pl.DataFrame) -> pl.DataFrame:
    """What meters counted by account and day: columns `DAYS`.

    Sums are counted in a type of 38 digits, which no number of facts of 2^63 - 1 can fill.
    """
    day = pl.from_epoch("at", "us").dt.date().alias("day")
    at, quantity = pl.col("at"), pl.col("quantity")
    return (
        facts.group_by("account_id", "meter_id", day)
        .agg(
            total=quantity.cast(pl.Decimal(38, 0)).sum(),
            last_at=at.max(),
            last_quantity=quantity.filter(at == at.max()).max(),
            greatest=quantity.max(),
        )
        .sort("account_id", "meter_id", "day")
        .with_columns(
            pl.col("day").dt.strftime("%Y-%m-%d"),
            pl.col("total").cast(pl.String),
            written("last_at"),
        )
        .select(*DAYS)
    )
