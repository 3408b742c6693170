"""Files as they come in: plain or gzip, with a BOM or not, and never larger in memory than a block.

A file is read twice. The first pass proves that all of it can be read, so that nothing of a broken
file is stored even if the fault is in its last line; the second one gives its lines. What is not
UTF-8 is made UTF-8 on the way in, piece by piece.
"""

import codecs
import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from django.utils.translation import gettext as _

CHUNK = 1 << 20
HEAD = 1 << 16
BLOCK = 8 << 20
LONGEST_LINE = 1 << 20
"""In bytes. A chunk is no longer, so one chunk cannot hide a line that is."""

UTF_8 = "utf-8"
WIDEST = 3
"""Bytes of UTF-8 that one byte of another encoding can become."""

_GZIP = b"\x1f\x8b"


class FileRefused(Exception):
    """The file cannot be taken in at all. The message says what is wrong, and in which line."""


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines without their ends. `first_line` is the number of the first one in the file."""

    lines: list[str]
    first_line: int


class SourceFile:
    """An open file that can be read from the beginning again."""

    def __init__(self, raw: IO[bytes], encoding: str = UTF_8) -> None:
        self._raw = raw
        self._encoding = encoding
        self._packed = raw.read(len(_GZIP)) == _GZIP
        self._state = self._identity()

    def prove(self) -> None:
        """Read everything once; raise FileRefused for what is broken."""
        proof = _Proof()
        for chunk in self._chunks(CHUNK):
            proof.take(chunk)
        proof.done()

    def lines(self) -> Iterator[str]:
        """Give the lines of a proved file one by one: for what stands at its beginning."""
        for block in self._read(HEAD):
            yield from block.lines

    def blocks(self, size: int | None = None) -> Iterator[Block]:
        """Give the lines of a proved file, some megabytes at a time."""
        yield from self._read(size or BLOCK)
        if self._identity() != self._state:
            raise FileRefused(_("The file changed while it was read. Send it again."))

    def _read(self, size: int) -> Iterator[Block]:
        rest, first = b"", 1
        for chunk in self._chunks(size):
            whole, newline, tail = chunk.rpartition(b"\n")
            if not newline:
                rest += chunk
                continue
            lines = _lines(rest + whole, first)
            yield Block(lines, first)
            first, rest = first + len(lines), tail
        if rest:
            yield Block(_lines(rest, first), first)

    def _chunks(self, size: int) -> Iterator[bytes]:
        if self._encoding == UTF_8:
            return self._pieces(size)
        return recoded(self._pieces(size // WIDEST), self._encoding)

    def _pieces(self, size: int) -> Iterator[bytes]:
        self._raw.seek(0)
        stream = gzip.GzipFile(fileobj=self._raw) if self._packed else self._raw
        try:
            while chunk := stream.read(size):
                yield chunk
        except EOFError as error:
            raise FileRefused(_("The gzip file is cut off.")) from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise FileRefused(_("The gzip file is damaged: %s.") % error) from error

    @property
    def part(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        size, _changed = self._state
        return self._raw.tell() / size if size else 1.0

    def _identity(self) -> tuple[int, int]:
        # Size and time of change; a file object without a descriptor has none to compare.
        try:
            state = os.fstat(self._raw.fileno())
        except (io.UnsupportedOperation, OSError):
            return (0, 0)
        return (state.st_size, state.st_mtime_ns)


def recoded(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Give bytes of another encoding as UTF-8; raise FileRefused for what is none of it."""
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    piece, last = b"", False
    while not last:
        piece = next(pieces, b"")
        last = not piece
        try:
            text = decoder.decode(piece, final=last)
        except UnicodeError as error:
            line += _before(error, encoding).count("\n")
            refusal = _("Line %(line)d is not %(encoding)s.")
            raise FileRefused(refusal % {"line": line, "encoding": encoding}) from error
        line += text.count("\n")
        if text:
            yield text.encode()


def _before(error: UnicodeError, encoding: str) -> str:
    """Return what of the piece could be read, to count its lines."""
    if not isinstance(error, UnicodeDecodeError):
        return ""
    return error.object[: error.start].decode(encoding, errors="replace")


@contextmanager
def open_source(path: Path, encoding: str = UTF_8) -> Iterator[SourceFile]:
    """Open a file for both passes; raise FileRefused if there is none that can be read twice."""
    try:
        if path.exists() and not path.is_file():
            raise FileRefused(_("This is not a regular file."))
        raw = path.open("rb")
    except OSError as error:
        raise FileRefused(_("The file cannot be opened: %s.") % error.strerror) from error
    with raw:
        yield SourceFile(cast(IO[bytes], raw), encoding)


class _Proof:
    """What the first pass looks for, with memory for one chunk."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._line = 1
        self._length = 0

    def take(self, chunk: bytes) -> None:
        if b"\0" in chunk:
            raise self._refused(_("Line %d has a NUL character."), chunk, chunk.index(b"\0"))
        try:
            self._decoder.decode(chunk)
        except UnicodeDecodeError as error:
            text = _("Line %d is not UTF-8.")
            raise self._refused(text, chunk, max(error.start, 0)) from error
        self._measure(chunk)
        self._line += chunk.count(b"\n")

    def done(self) -> None:
        try:
            self._decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise self._refused(_("Line %d is not UTF-8."), b"", 0) from error

    def _measure(self, chunk: bytes) -> None:
        end, last = chunk.find(b"\n"), chunk.rfind(b"\n")
        begins = self._length + (len(chunk) if end < 0 else end)
        if begins > LONGEST_LINE:
            text = _("Line %(line)d is longer than %(limit)d bytes.")
            raise FileRefused(text % {"line": self._line, "limit": LONGEST_LINE})
        self._length = begins if end < 0 else len(chunk) - last - 1

    def _refused(self, text: str, chunk: bytes, position: int) -> FileRefused:
        return FileRefused(text % (self._line + chunk.count(b"\n", 0, position)))


def _lines(data: bytes, first: int) -> list[str]:
    if first == 1:
        data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return [line.removesuffix("\r") for line in data.decode().split("\n")]
    except UnicodeDecodeError as error:
        raise FileRefused(_("The file changed while it was read. Send it again.")) from error
