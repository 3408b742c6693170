"""A file that is too large is refused by the browser, before a server has to hang up on it."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django import Settings


@pytest.mark.parametrize(("size", "said"), [(1 << 20, ""), ((1 << 20) + 1, "The limit is 1 MiB")])
def test_the_browser_says_what_is_too_large(
    tab: Page, settings: Settings, tmp_path: Path, size: int, said: str
) -> None:
    settings.UPLOAD_LIMIT = 1 << 20
    file = tmp_path / "labels.csv"
    file.write_bytes(b"x" * size)
    tab.goto(reverse("devices-upload"))
    tab.get_by_label("File").set_input_files(file)

    shown = tab.get_by_label("File").evaluate("input => input.validationMessage")
    assert shown.startswith(said)
    assert bool(shown) == bool(said)
