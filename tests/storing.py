"""Where stored files go."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.test import override_settings


@contextmanager
def files_in(folder: Path) -> Iterator[None]:
    """Keep stored files below this folder."""
    options = {"OPTIONS": {"location": str(folder), "allow_overwrite": True}}
    default = settings.STORAGES["default"] | options
    with override_settings(STORAGES=settings.STORAGES | {"default": default}):
        yield
