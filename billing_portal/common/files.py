"""Files that rows refer to: named by content, written durably before the row that names them.

They live in Django's storage "default": a folder, or any other backend such as S3.
"""

import hashlib
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage

_KIND = re.compile(r"[a-z0-9][a-z0-9_-]*")
_SUFFIX = re.compile(r"\.?[a-z0-9]+(\.[a-z0-9]+)*")
_DIGEST = re.compile(r"[0-9a-f]{16,}")
_PIECE = re.compile(r"(?P<file>[^#]+)#(?P<start>\d+)-(?P<end>\d+)")
_UNFINISHED = ".unfinished-"
THREADS = 16
"""Files that are written at once, most of them waiting for the disk."""


class BadName(ValueError):
    """A kind, suffix or digest that is no safe part of a file name."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the storage. `sha256` is of its bytes, `size` counts them."""

    name: str
    sha256: str
    size: int


class DurableStorage(FileSystemStorage):
    """A folder in which a file is complete and on the disk as soon as it can be seen.

    A file of the same name is replaced in one step, so readers get the old or the new one.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"allow_overwrite": True, **options})

    def _save(self, name: str, content: "File[bytes]") -> str:
        _sync_folder(self.write(name, content.chunks()))
        return name

    def write(self, name: str, chunks: Iterable[bytes]) -> Path:
        """Write a file whose place in its folder, which is returned, is still to be synced."""
        path = Path(self.path(name))
        _make_folders(path.parent)
        unfinished = path.with_name(_UNFINISHED + secrets.token_hex(8))
        try:
            with unfinished.open("xb") as file:
                file.writelines(chunks)
                file.flush()
                os.fchmod(file.fileno(), self.file_permissions_mode or 0o600)
                _sync(file.fileno())
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        return path.parent


class Batch:
    """Files on their way: see `together`."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._writing: list[Future[Path | None]] = []

    def put(self, kind: str, data: bytes, *, suffix: str) -> str:
        """Have bytes stored as `put` does; the name holds when the batch is over."""
        return self._store(kind, [data], suffix)

    def put_all(self, kind: str, contents: Iterable[bytes], *, suffix: str) -> list[str]:
        """Have small contents stored in one file; the name of each says which bytes of it."""
        pieces = list(contents)
        whole = self._store(kind, pieces, suffix)
        places = pairwise(accumulate(map(len, pieces), initial=0))
        return [f"{whole}#{start}-{end}" for start, end in places]

    def _store(self, kind: str, pieces: Sequence[bytes], suffix: str) -> str:
        sha256 = hashlib.sha256()
        for piece in pieces:
            sha256.update(piece)
        name = name_for(kind, sha256.hexdigest(), suffix=suffix)
        self._writing.append(self._pool.submit(_written, name, pieces))
        return name

    def finish(self) -> None:
        """Wait until all are there; raises what the first one that failed did."""
        folders = {writing.result() for writing in self._writing}
        for synced in [self._pool.submit(_sync_folder, folder) for folder in folders if folder]:
            synced.result()


@contextmanager
def together() -> Iterator[Batch]:
    """Store many files at once: a disk syncs several in about the time that it takes for one.

    When the block has ended without an error, all of them are complete and synced.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        batch = Batch(pool)
        yield batch
        batch.finish()


def _written(name: str, pieces: Sequence[bytes]) -> Path | None:
    """The folder that is to be synced, if that is not the business of the storage."""
    if isinstance(default_storage, DurableStorage):
        return default_storage.write(name, pieces)
    default_storage.save(name, ContentFile(b"".join(pieces)))
    return None


def put(kind: str, data: bytes, *, suffix: str, digest: str | None = None) -> Stored:
    """Store bytes as "<kind>/ab/abcdef….<suffix>" and return what was stored.

    The name comes from the SHA-256 of the bytes, or from the hexadecimal `digest` of the content
    where the bytes are only its container. Storing the same again is safe.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    name = default_storage.save(name_for(kind, digest or sha256, suffix=suffix), ContentFile(data))
    return Stored(name, sha256, len(data))


def put_path(kind: str, path: Path, *, suffix: str, digest: str | None = None) -> Stored:
    """Store a local file like `put`, without reading it into memory."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
        file.seek(0)
        name = default_storage.save(name_for(kind, digest or sha256, suffix=suffix), File(file))
    return Stored(name, sha256, size)


def read(name: str) -> bytes:
    """Return the bytes of a stored file; FileNotFoundError if there is none."""
    with open_file(name) as file:
        data: bytes = file.read()
    return data


def open_file(name: str) -> "File[bytes]":
    """Open a stored file, or a piece of one, for reading bytes. The caller closes it."""
    whole, place = _whole(name)
    file = default_storage.open(whole, "rb")
    if place is None:
        return file
    with file:
        file.seek(place.start)
        return ContentFile(file.read(place.stop - place.start))


@contextmanager
def local_path(name: str) -> Iterator[Path]:
    """Give a stored file as a path, for libraries that want one; a copy if it lives elsewhere."""
    path = _path(name)
    if path is not None and path.is_file():
        yield path
    else:
        with _copy(name) as copy:
            yield copy


def sweep(kind: str, *, keep: set[str], older_than: timedelta) -> list[str]:
    """Remove the files of a kind that nothing keeps and return their names.

    What keeps a piece of a file keeps all of it.
    Younger files stay, because the row that refers to them may still be on its way. Age is told by
    the machine's own clock, as it is the machine that dates files.
    """
    latest = time.time() - older_than.total_seconds()
    kept = {_whole(name)[0] for name in keep}
    removed = []
    for name in _stored(kind):
        if name not in kept and _written_at(name) < latest:
            default_storage.delete(name)
            removed.append(name)
    return removed


def name_for(kind: str, digest: str, *, suffix: str) -> str:
    """Return the name that `put` gives. Raises BadName."""
    for part, pattern in ((kind, _KIND), (digest, _DIGEST), (suffix, _SUFFIX)):
        if not pattern.fullmatch(part):
            raise BadName(f"{part!r} is no part of a file name.")
    return f"{kind}/{digest[:2]}/{digest}.{suffix.removeprefix('.')}"


def _whole(name: str) -> tuple[str, range | None]:
    """The file that holds what has this name, and at which bytes if there is more in it."""
    found = _PIECE.fullmatch(name)
    if found is None:
        return name, None
    return found["file"], range(int(found["start"]), int(found["end"]))


def _path(name: str) -> Path | None:
    try:
        return Path(default_storage.path(name))
    except NotImplementedError:
        return None


@contextmanager
def _copy(name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        with open_file(name) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
        yield path


def _stored(kind: str) -> Iterator[str]:
    if not _KIND.fullmatch(kind):
        raise BadName(f"{kind!r} is no part of a file name.")
    try:
        folders, _files = default_storage.listdir(kind)
    except FileNotFoundError:
        return
    for folder in sorted(folders):
        _folders, files = default_storage.listdir(f"{kind}/{folder}")
        yield from (f"{kind}/{folder}/{file}" for file in sorted(files))


def _written_at(name: str) -> float:
    return default_storage.get_modified_time(name).timestamp()


def _make_folders(folder: Path) -> None:
    """Make a folder and its parents such that they, too, survive a power cut."""
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync(descriptor: int) -> None:
    os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _sync(descriptor)
    finally:
        os.close(descriptor)
