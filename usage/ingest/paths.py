"""Files, folders and patterns of names, as people give them, to files in a stable order."""

import glob
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.utils.translation import gettext as _


class NothingThere(Exception):
    """A folder or pattern holds no file: most likely a slip of the pen."""


def files_in(paths: Iterable[Path]) -> list[Path]:
    """Return each file once: in the order given, those of a folder or pattern by name.

    Folders are searched at every depth; hidden files and folders are passed over. What is neither
    is returned as it is, to be refused by name.
    """
    return list(dict.fromkeys(file for path in paths for file in _files(path)))


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return _some(sorted(_below(path)), path)
    if not path.exists() and glob.has_magic(str(path)):
        found = sorted(Path(name) for name in glob.glob(str(path), recursive=True))  # noqa: PTH207  also absolute
        return _some([file for one in found for file in _within(one)], path)
    return [path]


def _within(path: Path) -> list[Path]:
    return sorted(_below(path)) if path.is_dir() else [path]


def _below(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith(".") for part in parts):
            yield path


def _some(files: list[Path], path: Path) -> list[Path]:
    if not files:
        raise NothingThere(_("There is no file in %s.") % path)
    return files
