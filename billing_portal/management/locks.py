"""One `manage.py up` for each VAR_DIR, and none while processes of a killed one still run."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAUSE = 0.1


class AlreadyUp(RuntimeError):
    """Other processes hold the lock."""


@contextmanager
def held(path: Path, *, patience: float = 0) -> Iterator[int]:
    """Hold the lock of a file, and yield its descriptor.

    A child that inherits the descriptor holds the lock too, until the last of them has ended.
    Raises AlreadyUp if others still hold it after `patience` seconds.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience
    try:
        while not _taken(handle):
            if time.monotonic() >= deadline:
                raise AlreadyUp(f"Another `manage.py up` is running in {path.parent}.")
            time.sleep(PAUSE)
        yield handle
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
