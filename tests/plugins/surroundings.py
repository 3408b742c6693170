"""The world around every test: a folder of its own, and settings that cost no time.

A plugin, not a conftest, because pytest-django reads the settings before any conftest.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

VAR_DIR = Path(tempfile.mkdtemp(prefix="meisai-test-"))
atexit.register(shutil.rmtree, VAR_DIR, ignore_errors=True)


def pytest_configure() -> None:
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
        "MEISAI_VAR_DIR": str(VAR_DIR),
        "MEISAI_SECRET_KEY": "for tests only, and long enough for the checks of Django",
        "MEISAI_DATABASE_POOL": "0",
        "MEISAI_LOG_LEVEL": "WARNING",
        "MEISAI_APPROVAL": "automatic",  # but in the tests about it
    }
    (VAR_DIR / "static").mkdir(exist_ok=True)
