"""Which price each quantity bears (docs/rating.md, `price_choice`), and what is missing."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from invoices.rating.frames import AMOUNT
from invoices.rating.problems import Problem
from invoices.rating.registry import rule
from invoices.rating.tariff import PriceBook

KEY = ["code", "plan", "variant", "day"]
LISTED = 5
"""How many missing prices of one account are named; a whole fleet misses the same one."""


@rule("price_choice")
def priced(quantities: pl.DataFrame, book: PriceBook) -> pl.DataFrame:
    """Add `unit_price` and `price`, the key of its catalogue row; both null where it is missing.

    The price of a day is the latest one that began on that day or before it. A row for the plan and
    the variant goes before one for the plan, that before one for the variant, that before a general
    one.
    """
    wanted = quantities.select(pl.col(KEY)).unique()
    found = [_row(book, *key) for key in wanted.iter_rows()]
    prices = pl.DataFrame(
        found,
        schema={"unit_price": pl.String, "price": pl.String},
        orient="row",
    ).with_columns(pl.col("unit_price").cast(AMOUNT))
    return quantities.join(
        pl.concat([wanted, prices], how="horizontal"), on=KEY, how="left", nulls_equal=True
    )


def _row(
    book: PriceBook, code: str, plan: str | None, variant: str, day: date
) -> tuple[str | None, str | None]:
    price = book.find(code=code, plan=plan or "", variant=variant, day=day)
    return (None, None) if price is None else (format(price.unit_price, "f"), price.key)


def missing_prices(
    priced_quantities: pl.DataFrame, devices: pl.DataFrame, *, coverage: str
) -> Iterator[tuple[int, Problem]]:
    """The reasons for which accounts cannot be rated, a few for each account."""
    rows = (
        priced_quantities.filter(pl.col("unit_price").is_null())
        .join(devices, on=["account_id", "device_id"], how="left")
        .group_by("account_id", "code", "plan", "variant")
        .agg(pl.col("day").min(), pl.col("key").min())
        .sort("account_id", "code", "plan", "variant", nulls_last=False)
        .group_by("account_id", maintain_order=True)
        .head(LISTED)
    )
    for row in rows.iter_rows(named=True):
        yield row["account_id"], _problem(row, coverage)


def _problem(row: dict[str, str | None], coverage: str) -> Problem:
    if row["plan"] is None and row["key"] is not None:
        return Problem(
            what=f"The device {row['key']} has no plan on {row['day']},"
            f" and {row['code']} has no price without one.",
            remedy="Give the device a plan from that day, or add a price without a plan.",
        )
    variant = f", variant {row['variant']}" if row["variant"] else ""
    plan = f", plan {row['plan']}" if row["plan"] else ""
    return Problem(
        what=f"There is no price for {row['code']} ({coverage}{plan}{variant}) on {row['day']}.",
        remedy="Add the price to the catalogue with manage.py load_catalog, then retry.",
    )
