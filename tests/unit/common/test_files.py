"""Files are named by content, replaced in one step, and swept when nothing keeps them."""

import hashlib
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.test import override_settings

from billing_portal.common import files

DATA = b"detail\r\n"
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    backend = {
        "BACKEND": "billing_portal.common.files.DurableStorage",
        "OPTIONS": {"location": str(tmp_path)},
    }
    with override_settings(STORAGES={"default": backend}):
        yield tmp_path


@pytest.fixture
def elsewhere() -> Iterator[None]:
    backend = f"{InMemoryStorage.__module__}.{InMemoryStorage.__qualname__}"
    with override_settings(STORAGES={"default": {"BACKEND": backend}}):
        yield


def test_a_file_is_named_by_its_content(folder: Path) -> None:
    stored = files.put("detail", DATA, suffix="csv.gz")
    assert stored == files.Stored(f"detail/{SHA256[:2]}/{SHA256}.csv.gz", SHA256, len(DATA))
    assert files.read(stored.name) == (folder / stored.name).read_bytes() == DATA


def test_a_local_file_is_stored_alike(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(DATA)
    stored = files.put_path("detail", source, suffix=".csv")
    assert stored == files.put("detail", DATA, suffix="csv")
    assert files.read(stored.name) == DATA


def test_a_given_digest_names_the_file_and_new_bytes_replace_the_old(folder: Path) -> None:
    first = files.put("detail", b"old container", suffix="parquet", digest=SHA256)
    second = files.put("detail", DATA, suffix="parquet", digest=SHA256)
    assert first.name == second.name == f"detail/{SHA256[:2]}/{SHA256}.parquet"
    assert second.sha256 == SHA256 != first.sha256
    assert files.read(second.name) == DATA


@pytest.mark.parametrize(
    ("kind", "suffix", "digest"),
    [("../x", "csv", None), ("a/b", "csv", None), ("", "csv", None), ("a", "../b", None),
     ("a", "", None), ("a", "csv", "../../etc/passwd"), ("a", "csv", "abc")],
)  # fmt: skip
def test_a_name_cannot_lead_out(folder: Path, kind: str, suffix: str, digest: str | None) -> None:
    with pytest.raises(files.BadName):
        files.put(kind, DATA, suffix=suffix, digest=digest)


def _path_of(descriptor: int) -> Path:
    return Path(f"/proc/self/fd/{descriptor}").readlink()


def test_the_file_and_its_new_folders_are_synced(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    monkeypatch.setattr(files, "_sync", lambda fd: synced.append(str(_path_of(fd))))
    stored = files.put("detail", DATA, suffix="csv")
    home = (folder / stored.name).parent
    assert ".unfinished-" in synced[2]
    assert synced[:2] + synced[3:] == [str(folder), str(home.parent), str(home)]


def test_what_is_synced_is_the_whole_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: dict[str, int] = {}
    monkeypatch.setattr(
        files, "_sync", lambda fd: sizes.setdefault(_path_of(fd).name, os.fstat(fd).st_size)
    )
    files.put("detail", DATA, suffix="csv")
    [size] = [size for name, size in sizes.items() if name.startswith(".unfinished-")]
    assert size == len(DATA)


def test_files_put_together_are_synced_when_the_block_ends(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(files, "_sync", lambda fd: synced.append(_path_of(fd)))
    contents = [b"%d" % number for number in range(40)]
    with files.together() as batch:
        names = [batch.put("detail", content, suffix="csv") for content in contents]
    assert [files.read(name) for name in names] == contents
    homes = {(folder / name).parent for name in names}
    assert homes <= set(synced[-len(homes) :])
    assert sum(".unfinished-" in path.name for path in synced) == len(contents)


def test_one_failure_among_files_put_together_is_raised(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(files, "_sync", full)
    with pytest.raises(OSError, match="No space"), files.together() as batch:
        batch.put("detail", DATA, suffix="csv")


def test_files_put_together_may_live_elsewhere(elsewhere: None) -> None:
    with files.together() as batch:
        name = batch.put("detail", DATA, suffix="csv")
        names = batch.put_all("detail", [b"one", b"", b"three"], suffix="csv")
    assert (name, files.read(name)) == (f"detail/{SHA256[:2]}/{SHA256}.csv", DATA)
    assert [files.read(each) for each in names] == [b"one", b"", b"three"]


def test_pieces_of_one_file_are_read_each_by_its_name(folder: Path) -> None:
    with files.together() as batch:
        names = batch.put_all("detail", [b"one", b"", b"three"], suffix="csv")
    assert [files.read(name) for name in names] == [b"one", b"", b"three"]
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1
    with files.local_path(names[2]) as path:
        assert path.read_bytes() == b"three"
    assert not path.exists()


def test_a_piece_that_is_kept_keeps_its_file(folder: Path) -> None:
    with files.together() as batch:
        _one, two = batch.put_all("detail", [b"one", b"two"], suffix="csv")
        batch.put_all("detail", [b"three", b"four"], suffix="csv")
    removed = files.sweep("detail", keep={two}, older_than=timedelta(seconds=-1))
    assert len(removed) == 1
    assert files.read(two) == b"two"


def test_a_failed_write_leaves_the_old_file_and_no_rest(folder: Path) -> None:
    stored = files.put("detail", DATA, suffix="csv")

    class Broken(ContentFile):
        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
            yield b"half"
            raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"):
        files.DurableStorage(location=str(folder)).save(stored.name, Broken(b""))
    assert files.read(stored.name) == DATA
    assert [path.name for path in (folder / stored.name).parent.iterdir()] == [f"{SHA256}.csv"]


def test_a_missing_file_is_said_to_be_missing(folder: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files.read("detail/ab/none.csv")


def test_a_file_in_a_folder_is_given_as_its_path(folder: Path) -> None:
    stored = files.put("detail", DATA, suffix="csv")
    with files.local_path(stored.name) as path:
        assert path == folder / stored.name


def test_a_file_elsewhere_is_given_as_a_copy(elsewhere: None) -> None:
    stored = files.put("detail", DATA, suffix="csv")
    with files.local_path(stored.name) as path:
        assert path.read_bytes() == DATA
        assert path.suffix == ".csv"
    assert not path.exists()


def test_a_sweep_removes_what_is_old_and_not_kept(folder: Path) -> None:
    kept, old, young = (files.put("detail", text, suffix="csv").name for text in (b"a", b"b", b"c"))
    other = files.put("pdf", b"d", suffix="pdf").name
    rest = (folder / old).parent / ".unfinished-1"
    rest.write_bytes(b"half")
    for path in (folder / kept, folder / old, folder / other, rest):
        os.utime(path, (time.time() - 3601,) * 2)
    removed = files.sweep("detail", keep={kept}, older_than=timedelta(hours=1))
    assert removed == [str(rest.relative_to(folder)), old]
    assert all((folder / name).exists() for name in (kept, young, other))


def test_a_sweep_of_nothing_removes_nothing(folder: Path) -> None:
    assert files.sweep("detail", keep=set(), older_than=timedelta(0)) == []
