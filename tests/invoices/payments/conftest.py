"""A sandbox gateway whose memory is a folder of the test."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _sandbox(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    settings.GATEWAY = "sandbox"
