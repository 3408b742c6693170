"""The shop is open, and files go to a folder of the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from billing_portal.common.clock import VARIABLE
from tests.factories import NOW
from tests.invoices.bills import shop
from tests.storing import files_in


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(VARIABLE, NOW.isoformat())
    with files_in(tmp_path / "files"):
        yield


@pytest.fixture(autouse=True)
def _open_shop(db: None) -> None:
    shop.open_shop()
