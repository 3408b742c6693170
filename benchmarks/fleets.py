"""Made-up fleets for rating, as the loader would leave them in memory."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import django
import polars as pl

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_portal.settings")
django.setup()

from billing_portal.common.periods import Month  # noqa: E402
from invoices.rating.frames import QUANTITY, WORD, Frames, collect  # noqa: E402
from invoices.rating.tariff import Tariff  # noqa: E402
from invoices.services.catalog.plain import read_catalog, tariff_of_rows  # noqa: E402

CATALOG = Path(__file__).resolve().parents[1] / "catalog"
MONTH = Month(2026, 10)
COVERAGE = "japan"
ACCOUNT = pl.lit(1, dtype=pl.Int64).alias("account_id")
CLASSES = ["s1.minimum", "s1.slow", "s1.standard", "s1.fast"]
SHUFFLE = 7_368_787
"""A prime: stepping by it visits all rows in no order, as a database gives them."""


def fleet(sims: int) -> tuple[Frames, Tariff]:
    """Active SIMs of one account that each upload and download on every day, and the tariff."""
    since = pl.lit(datetime(2026, 1, 1, tzinfo=UTC)).alias("at")
    devices = pl.DataFrame({"device_id": pl.int_range(1, sims + 1, eager=True)}).select(
        ACCOUNT, "device_id"
    )
    frames = collect(
        usage=_usage(sims),
        statuses=devices.with_columns(since, status=pl.lit("active")),
        plans=devices.with_columns(since, plan=pl.lit("plan-D")),
        owned=devices.with_columns(first_day=MONTH.first_day, last_day=MONTH.last_day),
        devices=devices.with_columns(
            kind=pl.lit("subscriber"),
            key=pl.format("44010{}", pl.col("device_id").cast(pl.String).str.zfill(10)),
            group=pl.lit(""),
            tags=pl.lit("{}"),
        ),
    )
    return frames, tariff()


def _usage(sims: int) -> pl.DataFrame:
    days = len(MONTH.days)
    rows = sims * days * 2
    place = pl.int_range(rows, dtype=pl.Int64) * SHUFFLE % rows
    device = place // (days * 2)
    meters = pl.Series(["data.upload", "data.download"], dtype=WORD)
    variants = pl.Series([f"{speed}-daytime" for speed in CLASSES], dtype=WORD)
    return pl.select(
        ACCOUNT,
        device_id=device + 1,
        day=pl.lit(MONTH.first_day) + pl.duration(days=place // 2 % days),
        meter=pl.lit(meters).gather((place % 2).cast(pl.UInt32)),
        variant=pl.lit(variants).gather((device % len(CLASSES)).cast(pl.UInt32)),
        quantity=(place * 7_919 % 50_000_000).cast(QUANTITY),
    )


def tariff() -> Tariff:
    """The default catalogue with its demonstration prices, without time bands."""
    catalogue = read_catalog(path=CATALOG)
    return replace(tariff_of_rows(catalogue=catalogue, coverage=COVERAGE, month=MONTH), bands=())
