"""CSV as our files have it: UTF-8 with BOM, comma, CRLF, quotes only where needed (RFC 4180)."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

CONTENT_TYPE = "text/csv; charset=utf-8"
BOM = b"\xef\xbb\xbf"
CHUNK = 64 * 1024

# A spreadsheet takes what begins so for a formula.
RISKY = ("=", "+", "-", "@", "\t", "\r")
_FIRST = frozenset((*RISKY, "'"))


def encode(rows: Iterable[Sequence[str]], *, bom: bool = True) -> Iterator[bytes]:
    """Write rows as CSV in pieces of about 64 KiB, however many there are."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    if bom:
        yield BOM
    for row in rows:
        writer.writerow(row)
        if buffer.tell() >= CHUNK:
            yield _emptied(buffer)
    if buffer.tell():
        yield _emptied(buffer)


def guard(text: str) -> str:
    """Disarm a text that a spreadsheet would run. For text columns only.

    What looks disarmed already gets one apostrophe more, so that `unguard` gives every text back.
    """
    return f"'{text}" if _is_risky(text) else text


def unguard(text: str) -> str:
    """Give back the text that `guard` was given."""
    return text[1:] if text.startswith("'") and _is_risky(text) else text


def _is_risky(text: str) -> bool:
    # Nearly every text begins with something else, and files have millions of them.
    return text[:1] in _FIRST and text.lstrip("'").startswith(RISKY)


def _emptied(buffer: io.StringIO) -> bytes:
    piece = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return piece
