"""The shop is open, and files go to a folder of the test."""

from pathlib import Path

import pytest
from pytest_django import Settings

from billing_portal.common.clock import VARIABLE
from tests.factories import NOW
from tests.invoices.bills import shop


@pytest.fixture(autouse=True)
def _surroundings(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, NOW.isoformat())
    here = {"location": str(tmp_path / "files"), "allow_overwrite": True}
    default = {**settings.STORAGES["default"], "OPTIONS": here}
    settings.STORAGES = {**settings.STORAGES, "default": default}


@pytest.fixture(autouse=True)
def _open_shop(db: None) -> None:
    shop.open_shop()
