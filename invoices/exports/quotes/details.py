"""The lines of a quote as the detail CSV of a bill."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from invoices.exports import detail
from invoices.rating.detail import Detail
from invoices.rating.scenarios import ACCOUNT
from invoices.services.quoting import Quote


def csv_of(quote: Quote) -> Iterator[bytes]:
    """Byte for byte what `manage.py export_bill` writes for the same facts."""
    with TemporaryDirectory(prefix="meisai-quote-") as folder:
        source, target = Path(folder) / "detail.parquet", Path(folder) / "detail.csv"
        Detail(quote.charges.of(ACCOUNT)).write(source)
        detail.convert(lines=pl.scan_parquet(source), target=target)
        with target.open("rb") as file:
            while chunk := file.read(detail.CHUNK):
                yield chunk
