"""The air-usage export (domain.md §1): bytes of one SIM and day, up and down, as two facts.

The export has no event ids and no accounts. The id is made of its key columns, and the account is
the owner of the SIM at the end of the day, who is charged for it (rules.md Q57).
"""

from datetime import datetime

import polars as pl

from usage.choices import Coverage
from usage.ingest import columns
from usage.ingest.columns import fault_if, text_fault
from usage.ingest.proving import FACT_COLUMNS, split, unknown, with_owner, with_payer
from usage.ingest.references import References

BYTES = {"upload": "uploadByteSizeTotal", "download": "downloadByteSizeTotal"}
PACKETS = ("uploadPacketCountTotal", "downloadPacketCountTotal")
REQUIRED = (
    "imsi",
    "date",
    "type",
    "uploadByteSizeTotal",
    "uploadPacketCountTotal",
    "downloadByteSizeTotal",
    "downloadPacketCountTotal",
)
METERS = {"upload": "data.upload", "download": "data.download"}

FACTS_PER_ROW = 2
# Leaves room for the longest id of a device in an event id of 200 characters.
LONGEST_TYPE = 50
DAY = 86_400_000_000


def typed(rows: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """Check the fields by themselves; `at` is the start of the day, quantities are integers."""
    numbers = {name: f"{name}_number" for name in (*BYTES.values(), *PACKETS)}
    day = pl.col("day")
    return rows.with_columns(
        columns.day("date").alias("day"),
        *(columns.number(name).alias(number) for name, number in numbers.items()),
    ).select(
        "line",
        "raw",
        pl.coalesce(
            "fault",
            text_fault("imsi", 128, required=True),
            fault_if(day.is_null(), "day", "date"),
            fault_if(day.dt.year() < 1970, "past", "date"),
            fault_if(day > now.date(), "future", "date"),
            fault_if(day == now.date(), "unfinished", "date"),
            text_fault("type", LONGEST_TYPE, required=True),
            *(fault_if(pl.col(n).is_null(), "number", name) for name, n in numbers.items()),
        ).alias("fault"),
        "imsi",
        "type",
        day.cast(pl.Datetime("us")).dt.epoch("us").alias("at"),
        day.dt.strftime("%Y%m%d").alias("day"),
        *(pl.col(numbers[name]).alias(direction) for direction, name in BYTES.items()),
    )


def proved(
    rows: pl.DataFrame, references: References, country: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Prove the references of typed rows; return the facts, and `row` and `fault` of the others."""
    good, bad = split(rows)
    devices = references.devices(good["imsi"]).rename({"device": "imsi"})
    found = good.join(devices, on="imsi", how="left")
    found = found.with_columns((pl.col("at") + DAY - 1).alias("day_end"))
    found = with_owner(found, references, "day_end")
    found = found.with_columns(pl.col("owner_id").alias("account_id"))
    checked = with_payer(found, references).with_columns(_fault(country).alias("fault"))
    passed, worse = split(checked)
    meters = references.meters(pl.Series(METERS.values()))
    halves = [_half(passed, direction, meters, country) for direction in BYTES]
    facts, meterless = split(pl.concat(halves))
    faults = pl.concat([bad, worse, meterless]).unique("row", keep="first")
    known = facts.join(meterless, on="row", how="anti")
    return known.select(FACT_COLUMNS), faults


def _fault(country: str) -> pl.Expr:
    abroad = pl.col("device_coverage") == Coverage.GLOBAL.value
    return pl.coalesce(
        unknown("imsi", "device_id"),
        fault_if(pl.col("owner_id").is_null(), "unborn", "imsi"),
        fault_if(abroad & pl.lit(not country), "country", "imsi"),
        fault_if(pl.col("payer_id").is_null(), "unplaced", "imsi"),
    )


def _half(rows: pl.DataFrame, direction: str, meters: pl.DataFrame, country: str) -> pl.DataFrame:
    """Return the facts of one direction; `fault` where its meter is not in the catalogue."""
    abroad = pl.col("device_coverage") == Coverage.GLOBAL.value
    event_id = pl.format("{}/{}/{}/{}", "imsi", "day", pl.lit(direction), "type")
    variant = pl.when(abroad).then(pl.format("{}-{}", pl.lit(country), "type")).otherwise("type")
    return (
        rows.with_columns(
            event_id.alias("event_id"),
            variant.alias("variant"),
            pl.col("device_coverage").alias("coverage"),
            pl.col(direction).alias("quantity"),
            pl.lit(True).alias("whole_day"),
            pl.lit(METERS[direction]).alias("meter"),
        )
        .join(meters, on="meter", how="left")
        .with_columns(
            fault_if(pl.col("meter_id").is_null(), "meterless", METERS[direction]).alias("fault")
        )
    )
