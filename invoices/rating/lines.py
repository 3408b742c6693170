"""From priced quantities to charges, each with its exact amount (docs/rating.md, `amount`)."""

import polars as pl

from billing_portal.common.periods import Month
from invoices.rating.frames import LINES, shaped
from invoices.rating.registry import rule
from invoices.rating.tariff import Tariff


class LinesLost(RuntimeError):
    """A charge is of a device that the account does not have: it would be given away."""


@rule("amount")
def charges(priced: pl.DataFrame, devices: pl.DataFrame, tariff: Tariff) -> pl.DataFrame:
    """One charge for each device, day and item: amount = unit price × quantity, not rounded.

    Lines of one day are dated `yyyyMMdd` (rules.md Q8). An amount of 10^14 or more raises.
    """
    return shaped(
        priced.join(_naming(priced, tariff), on=["code", "variant"], how="left")
        .join(devices, on=["account_id", "device_id"], how="left")
        .with_columns(
            pl.col("kind").fill_null(""),
            device=pl.col("key").fill_null(""),
            date=pl.col("day").dt.strftime("%Y%m%d"),
            amount=pl.col("unit_price") * pl.col("quantity"),
            tax_date=tax_date(tariff.month),
        ),
        LINES,
    )


def tax_date(month: Month) -> pl.Expr:
    """The day whose tax rate usage bears: in the billed month (rules.md Q37)."""
    return pl.lit(month.last_day, dtype=pl.Date)


def in_order(lines: pl.DataFrame, devices: pl.DataFrame) -> pl.DataFrame:
    """The total order of a detail file: devices by kind and id, then what is the account's own.

    Within a device by date, lines of the whole month first, and by name. Lines that share all of
    these, such as two variants of an item that does not name them, go by what else they say: the
    dearest first, then the larger quantity. Sorting by one packed number is ten times as fast as
    sorting by the columns: device 32 bits, day 6, name 20.
    """
    names = lines.select(pl.col("name").unique().sort()).with_row_index("_name")
    day = pl.col("date").str.slice(len("yyyyMM")).cast(pl.Int64, strict=False).fill_null(0)
    place = (pl.col("_slot").cast(pl.Int64) * 64 + day) * 2**20 + pl.col("_name")
    placed = (
        lines.select("account_id", "device_id", "date", "name")
        .with_row_index("row")
        .join(_slots(lines, devices), on=["account_id", "device_id"], nulls_equal=True)
        .join(names, on="name")
        .select("row", place=place)
        .sort("place")
    )
    if placed.height != lines.height:
        raise LinesLost(f"Of {lines.height} lines {placed.height} have a place.")
    if (placed["place"].diff() == 0).any():
        placed = _with_ties_broken(placed, lines)
    return lines[placed["row"]]


def _with_ties_broken(placed: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    said = lines.select(pl.col("unit_price").abs(), "quantity", "price").with_row_index("row")
    keys = ["place", "unit_price", "quantity", "price"]
    return placed.join(said, on="row").sort(keys, descending=[False, True, True, False])


def _slots(lines: pl.DataFrame, devices: pl.DataFrame) -> pl.DataFrame:
    """The place of each device, and of each account after its devices."""
    accounts = lines.select("account_id").unique()
    return (
        pl.concat(
            [devices.select("account_id", "device_id", "kind", "key"), accounts], how="diagonal"
        )
        .sort("account_id", "kind", "key", nulls_last=True)
        .select("account_id", "device_id")
        .with_row_index("_slot")
    )


def _naming(priced: pl.DataFrame, tariff: Tariff) -> pl.DataFrame:
    items = {item.code: item for item in tariff.items}
    pairs = priced.select("code", "variant").unique().sort("code", "variant").rows()
    rows = [
        (
            code,
            variant,
            items[code].billing_name(variant),
            items[code].category,
            items[code].unit,
            items[code].tax_category,
        )
        for code, variant in pairs
    ]
    names = ("code", "variant", "name", "category", "unit", "tax_category")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
