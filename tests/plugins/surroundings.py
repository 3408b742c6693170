"""The world around every test: a folder of its own, and settings that cost no time.

A plugin, not a conftest, because pytest-django reads the settings before any conftest.
"""

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from django.conf import settings

# Names the folder that all processes of a run share to each of them.
VARIABLE = "TESTS_SHARED"


def _folder(prefix: str) -> Path:
    """Make a folder that goes when this process ends."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


VAR_DIR = _folder("meisai-test-")
SHARED_DIR = Path(os.environ.get(VARIABLE) or _folder("meisai-tests-"))


def pytest_configure(config: pytest.Config) -> None:
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    # Files are thrown away, so none has to survive a power cut; what is synced, and when, is tried
    # in tests/unit/common/test_files.py.
    patch.setattr(os, "fsync", lambda _descriptor: None)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STAFF_NEED_SECOND_FACTOR = False  # but in the tests about it
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    for name in [name for name in os.environ if name.startswith("MEISAI_")]:
        del os.environ[name]
    os.environ |= {
        VARIABLE: str(SHARED_DIR),
        "MEISAI_VAR_DIR": str(VAR_DIR),
        "MEISAI_SECRET_KEY": "for tests only, and long enough for the checks of Django",
        "MEISAI_DATABASE_POOL": "0",
        "MEISAI_LOG_LEVEL": "WARNING",
        "MEISAI_APPROVAL": "automatic",  # but in the tests about it
    }
    (VAR_DIR / "static").mkdir(exist_ok=True)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Thousands of tests stay until the end: garbage is not looked for among them again and again,
    which took a seventh of the time of the tests. What a test leaves is mostly gone without it, so
    later it is looked for less often than usual.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(2_000, 10, 100)
        gc.enable()
