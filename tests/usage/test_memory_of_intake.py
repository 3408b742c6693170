"""A file is never in memory as a whole, however it is made."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from usage.ingest.reading import FileRefused, open_source

GIGABYTE = 1 << 30
PEAK = 24 << 20
"""Bytes: some chunks of one mebibyte, and a block."""


def _peak(path: Path) -> tuple[int, str]:
    """Prove a file; the peak of memory and the message of the refusal."""
    tracemalloc.start()
    try:
        with open_source(path) as file, pytest.raises(FileRefused) as refused:
            file.prove()
        return tracemalloc.get_traced_memory()[1], str(refused.value)
    finally:
        tracemalloc.stop()


def _long_line(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"x" * (64 << 20))


def _hole(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"header\n")
        file.truncate(GIGABYTE)


def _bomb(path: Path) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    with path.open("wb") as file:
        file.write(packer.compress(b"header\n"))
        for _ in range(256):
            file.write(packer.compress(b"x" * (1 << 20)))
        file.write(packer.flush())


FILES = {
    "a line without end": (_long_line, "Line 1 is longer than 1048576 bytes."),
    "a gigabyte of NUL": (_hole, "Line 2 has a NUL character."),
    "a gzip bomb": (_bomb, "Line 2 is longer than 1048576 bytes."),
}


@pytest.mark.parametrize(("make", "message"), FILES.values(), ids=FILES)
def test_a_monstrous_file_is_refused_in_little_memory(
    tmp_path: Path, make: Callable[[Path], None], message: str
) -> None:
    path = tmp_path / "monster"
    make(path)

    peak, told = _peak(path)
    assert told == message
    assert peak < PEAK


def test_blocks_hold_some_megabytes_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "large.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.writelines(b"%d,%s\n" % (number, b"x" * 1000) for number in range(60_000))
    tracemalloc.start()
    try:
        with open_source(path) as source:
            source.prove()
            assert next(source.lines()).startswith("0,")
            lines = sum(len(block.lines) for block in source.blocks(1 << 20))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert lines == 60_000
    assert peak < PEAK
