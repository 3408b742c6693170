"""Proving the references of rows: what both kinds of facts have in common."""

import polars as pl

from usage.ingest.columns import fault_if
from usage.ingest.references import References
from usage.metering.counters import FIRMWARE_UPDATE

FACT_COLUMNS = (
    "row",
    "event_id",
    "account_id",
    "payer_id",
    "coverage",
    "device_id",
    "meter_id",
    "variant",
    "at",
    "month",
    "whole_day",
    "quantity",
    "is_priced",
    "evidence",
)
"""Of a proved fact. `row` is its row in the batch, `at` microseconds since 1970, `month` 202610.

The last two are those of its meter.
"""


def split(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return rows without and with a fault, the latter as `row` and `fault`."""
    return (
        rows.filter(pl.col("fault").is_null()),
        rows.filter(pl.col("fault").is_not_null()).select("row", "fault"),
    )


def with_owner(rows: pl.DataFrame, references: References, when: str) -> pl.DataFrame:
    """Add `owner_id`, who owns the device at the instant in the column `when` (null: nobody)."""
    owners = references.owners(rows["device_id"])
    return rows.sort(when).join_asof(
        owners,
        left_on=when,
        right_on="since",
        by="device_id",
        strategy="backward",
        check_sortedness=False,
    )


def with_payer(rows: pl.DataFrame, references: References) -> pl.DataFrame:
    """Add `month` and `payer_id`, who is billed for the account in it (null: nobody)."""
    moment = pl.from_epoch("at", "us")
    month = (moment.dt.year() * 100 + moment.dt.month().cast(pl.Int32)).alias("month")
    dated = rows.with_columns(month)
    payers = references.payers(dated["month"], dated["account_id"])
    return dated.join(payers, on=["month", "account_id"], how="left")


def several() -> pl.Expr:
    """Whether a fact says that one device was updated more than once.

    Reports count updates and list them: a fact is a line of the list, so it is one.
    """
    updates = (pl.col("meter") == FIRMWARE_UPDATE) & (pl.col("device") != "")
    return updates & (pl.col("quantity") > 1)


def unknown(column: str, key: str) -> pl.Expr:
    """Return the fault of a key that was looked up in vain."""
    return fault_if((pl.col(column) != "") & pl.col(key).is_null(), "unknown", column)
