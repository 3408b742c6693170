"""The detail file of a bill, as it lies in the storage: small bills of one rating share one."""

from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl

from billing_portal.common import files
from invoices.models import Bill
from invoices.rating.container import read_parquet
from invoices.rating.frames import Table


@contextmanager
def scanned(bill: Bill) -> Iterator[pl.LazyFrame]:
    """The lines of a bill, not read yet; the file may be gone afterwards."""
    with files.local_path(bill.detail_file) as path:
        yield pl.scan_parquet(path).slice(bill.detail_start, bill.line_count)


def read(bill: Bill) -> Table:
    """All lines at once. Raises OSError where there is no file, ValueError where it is no table."""
    return read_parquet(files.read(bill.detail_file)).slice(bill.detail_start, bill.line_count)
