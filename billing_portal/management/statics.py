"""Collect the static files, and only when one of them has changed."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

MEMORY = ".collected"


def collect() -> None:
    """Bring STATIC_ROOT up to date. What whitenoise compresses takes seconds, a look at it none."""
    memory = Path(settings.STATIC_ROOT) / MEMORY
    wanted = fingerprint()
    if not memory.exists() or memory.read_text() != wanted:
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        memory.write_text(wanted)


def fingerprint() -> str:
    """Return a digest that changes with any file that would be collected."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
