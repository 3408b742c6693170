"""The sums of a bill by device and item, kept beside its detail file.

They are made when somebody first asks, because nobody looks at most bills by device; 6.2 million
lines take a quarter of a second. The file is named by the hash of the lines it was made from, so it
is never out of date, and may be lost at any time. It goes with the last bill that has these lines
(`selectors/evaluations.py`).

No sum here can leave the range of exact decimals: rating has refused every account whose amounts,
all taken as positive, come to 10^14 (`invoices/rating/totals.py`).
"""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from billing_portal.common import files
from invoices.models import Bill
from invoices.rating.bundle import TAG
from invoices.selectors.breakdown.details import scanned

KIND = "device-totals"
"""The folder of these files. A change of their columns wants another one."""
GROUP = "group"
DEVICE = ("kind", "device")


def name_for(detail_hash: str) -> str:
    """The name of the sums of the lines that have this hash."""
    return files.name_for(KIND, detail_hash, suffix="parquet")


def totals(bill: Bill, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """One row for each device and item, in the order of the detail file; some columns, or all.

    Columns: kind, device (both empty for lines of no device), name, row (where the device's lines
    begin), lines, quantity, amount, group and one `tag:<name>` for each tag. Those that the bill
    does not have are left out.
    """
    name = name_for(bill.detail_hash)
    try:
        with files.local_path(name) as path:
            return _read(path, columns)
    except FileNotFoundError:
        frame = _make(bill)
        return frame if columns is None else frame.select(_there(frame.columns, columns))


def columns(bill: Bill) -> list[str]:
    """Which columns there are, without reading what is in them."""
    try:
        with files.local_path(name_for(bill.detail_hash)) as path:
            return list(pl.read_parquet_schema(path))
    except FileNotFoundError:
        return _make(bill).columns


def labels(columns: Iterable[str]) -> list[str]:
    """The columns of group and tags; what is not said is an empty text."""
    return [column for column in columns if column == GROUP or column.startswith(TAG)]


def tag_names(columns: Iterable[str]) -> list[str]:
    """The names of the tags that the devices carry, in their order."""
    return [label.removeprefix(TAG) for label in labels(columns) if label.startswith(TAG)]


def _read(path: Path, columns: Sequence[str] | None) -> pl.DataFrame:
    if columns is None:
        return pl.read_parquet(path)
    return pl.read_parquet(path, columns=_there(pl.read_parquet_schema(path), columns))


def _there(known: Iterable[str], wanted: Sequence[str]) -> list[str]:
    return [column for column in known if column in wanted]


def _make(bill: Bill) -> pl.DataFrame:
    with scanned(bill) as lines:
        frame = _summed(lines)
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", statistics=False)
    files.put(KIND, buffer.getvalue(), suffix="parquet", digest=bill.detail_hash)
    return frame


def _summed(lines: pl.LazyFrame) -> pl.DataFrame:
    said = [
        name for name in lines.collect_schema().names() if name == GROUP or name.startswith(TAG)
    ]
    return (
        lines.with_row_index("row")
        .group_by(*DEVICE, "name")
        .agg(
            pl.col("row").min(),
            pl.len().alias("lines"),
            pl.col("quantity").sum(),
            pl.col("amount").sum(),
            *(pl.col(label).first().fill_null("") for label in said),
        )
        .sort("row")
        .collect(engine="streaming")
    )
