"""Printing loads four fonts and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from invoices.pdf import press


@pytest.fixture
def _fresh() -> Iterator[None]:
    press._press.cache_clear()
    yield
    press._press.cache_clear()


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/logo.png",
        "https://example.com/logo.png",
        "ftp://example.com/logo.png",
        "data:image/png;base64,AAAA",
        "font:../../etc/passwd",
    ],
)
def test_nothing_else_is_loaded(address: str) -> None:
    with pytest.raises(press.NotPrinted, match="Documents do not load"):
        press.print_pdf(f'<p style="background: url({address})">1</p>', identifier=b"0")


@pytest.mark.usefixtures("_fresh")
def test_a_missing_font_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(press, "FONTS", tmp_path)
    with pytest.raises(press.FontMissing, match="fonts-morisawa-bizud-gothic"):
        press.print_pdf("<p>1</p>", identifier=b"0")


@pytest.mark.parametrize("letter", ["\U00020bb7", "\ue000"])
def test_a_letter_that_no_font_has_is_named(letter: str) -> None:
    with pytest.raises(press.NotPrinted, match=f"{ord(letter):04X}"):
        press.print_pdf(f"<p>{letter}</p>", identifier=b"0")


def test_a_mistake_in_the_page_is_not_passed_over() -> None:
    with pytest.raises(press.NotPrinted, match="colour"):
        press.print_pdf('<p style="colour: red">1</p>', identifier=b"0")


def test_the_engine_is_named_with_its_version() -> None:
    assert press.engine().startswith("weasyprint 7")
