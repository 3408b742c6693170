"""Rows that each name one fact: records-csv and NDJSON."""

from datetime import datetime

import polars as pl

from usage.choices import Coverage
from usage.ingest import columns
from usage.ingest.columns import fault_if, text_fault
from usage.ingest.proving import FACT_COLUMNS, several, split, unknown, with_owner, with_payer
from usage.ingest.reasons import code
from usage.ingest.references import References

REQUIRED = ("event_id", "account", "device", "meter", "variant", "at", "quantity")
OPTIONAL = ("coverage",)
NUMBERS = ("quantity",)
TEXTS = tuple(name for name in (*REQUIRED, *OPTIONAL) if name not in NUMBERS)

FACTS_PER_ROW = 1


def typed(rows: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """Check the fields by themselves; `at` becomes microseconds, `quantity` an integer."""
    if "coverage" not in rows.columns:
        rows = rows.with_columns(pl.lit("").alias("coverage"))
    instant, quantity = pl.col("instant"), pl.col("number")
    limit = int(now.timestamp() * 1_000_000)
    return (
        rows.with_columns(columns.instant("at").alias("instant"))
        .with_columns(columns.number("quantity").alias("number"))
        .with_columns(
            pl.coalesce(
                "fault",
                text_fault("event_id", 200, required=True),
                text_fault("account", 64, required=True),
                text_fault("device", 128, required=False),
                text_fault("meter", 64, required=True),
                text_fault("variant", 100, required=False),
                fault_if(instant.is_null(), "instant", "at"),
                fault_if(instant < 0, "past", "at"),
                fault_if(instant > limit, "future", "at"),
                fault_if(quantity.is_null(), "number", "quantity"),
                fault_if(~pl.col("coverage").is_in(["", *Coverage.values]), "coverage", "coverage"),
            ).alias("fault")
        )
        .drop("at", "quantity")
        .rename({"instant": "at", "number": "quantity"})
    )


def proved(rows: pl.DataFrame, references: References) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Prove the references of typed rows; return the facts, and `row` and `fault` of the others."""
    good, bad = split(rows)
    found = (
        good.join(references.accounts(good["account"]), on="account", how="left")
        .join(references.meters(good["meter"]), on="meter", how="left")
        .join(references.devices(good["device"]), on="device", how="left")
    )
    found = with_coverage(found, references)
    found = with_payer(with_owner(found, references, "at"), references)
    checked = found.with_columns(_fault().alias("fault"))
    facts, worse = split(checked.with_columns(pl.lit(False).alias("whole_day")))
    return facts.select(FACT_COLUMNS), pl.concat([bad, worse])


def with_coverage(rows: pl.DataFrame, references: References) -> pl.DataFrame:
    """Add `said` (what the row says) and make `coverage` that of the device, else what it says,
    else the only one that the account's devices have (null: not exactly one).
    """
    without = rows.filter((pl.col("device") == "") & (pl.col("coverage") == ""))
    only = references.only_coverages(without["account_id"])
    said = pl.when(pl.col("coverage") != "").then(pl.col("coverage"))
    own = pl.when(pl.col("device") == "").then("only_coverage")
    return rows.join(only, on="account_id", how="left").with_columns(
        said.alias("said"), pl.coalesce("device_coverage", said, own).alias("coverage")
    )


def _fault() -> pl.Expr:
    bare = pl.col("device") == ""
    owned = ~bare & pl.col("owner_id").is_not_null()
    return pl.coalesce(
        unknown("account", "account_id"),
        unknown("meter", "meter_id"),
        unknown("device", "device_id"),
        fault_if(pl.col("said") != pl.col("coverage"), "other", "coverage"),
        pl.when(pl.col("coverage").is_null()).then(pl.lit(code("uncovered"))),
        fault_if(~bare & pl.col("owner_id").is_null(), "unborn", "device"),
        fault_if(owned & (pl.col("owner_id") != pl.col("account_id")), "owner", "device"),
        fault_if(pl.col("payer_id").is_null(), "unplaced", "account"),
        fault_if(several(), "several", "quantity"),
    )
