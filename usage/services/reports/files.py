"""The files of reports: gzipped CSV, in which the rows of each account are a file of their own.

A gzip file may be several ones after each other. Here the header line is one, and so are the rows
of each account: the file of an account is the header and its own piece, without another copy.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from billing_portal.common import csvfile, files

KIND = "reports"
SUFFIX = ".csv.gz"
ACTIVE = ("account_id", "timestamp", "device_id", "endpoint_name")
UPDATES = ("account_id", "timestamp", "campaign_name", "device_id", "endpoint_name")
LEVEL = 4
"""Half the time of the usual level for files that are a tenth larger."""
GZIP = 31

Span = tuple[int, int]
"""Where a piece begins, and its length in bytes."""
NOTHING: Span = (0, 0)


class Sheets:
    """Files of one kind that are written at the same time, one for each billing account."""

    def __init__(self, folder: Path, columns: Sequence[str], payers: Iterable[int]) -> None:
        folder.mkdir()
        self._paths = {payer: folder / f"{payer}{SUFFIX}" for payer in payers}
        for path in self._paths.values():
            path.write_bytes(header(columns))

    def add(self, payer: int, rows: Iterable[Sequence[str]]) -> Span:
        """Append the rows of one account to the file of its billing account."""
        with self._paths[payer].open("ab") as file:
            start = file.tell()
            return start, sum(file.write(piece) for piece in _packed(rows))

    def keep(self) -> dict[int, str]:
        """Store all files by their content and return their names."""
        return {
            payer: files.put_path(KIND, path, suffix=SUFFIX).name
            for payer, path in self._paths.items()
        }


def header(columns: Sequence[str]) -> bytes:
    """Return what a file begins with."""
    return b"".join(_packed([columns]))


def _packed(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    for piece in csvfile.encode(rows, bom=False):
        yield packer.compress(piece)
    yield packer.flush()
