"""Running `manage.py demo` in tests."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

CLOCK = "2026-11-04T10:00:00Z"


@contextmanager
def place(folder: Path) -> Iterator[Path]:
    """Let the demonstration write below this folder, on a day in November; where its files are."""
    with pytest.MonkeyPatch.context() as patch, override_settings(VAR_DIR=folder):
        patch.setenv("MEISAI_CLOCK", CLOCK)
        yield folder / "demo"


def demo(*arguments: str) -> str:
    told = StringIO()
    call_command("demo", *arguments, stdout=told)
    return told.getvalue()


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
