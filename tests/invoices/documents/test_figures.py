"""Amounts, quantities, rates and days as they are written on documents."""

import tomllib

import pytest
from django.conf import settings

from invoices.pdf import figures
from invoices.pdf.pieces import unit
from invoices.pdf.wording import WORDS


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (1234567, "JPY", "¥1,234,567"),
        (0, "JPY", "¥0"),
        (-2, "JPY", "-¥2"),
        (99_999_999_999_999, "JPY", "¥99,999,999,999,999"),
        (123456, "USD", "$1,234.56"),
        (5, "USD", "$0.05"),
        (100, "USD", "$1.00"),
        (-123456, "USD", "-$1,234.56"),
    ],
)
def test_money(minor: int, currency: str, text: str) -> None:
    assert figures.money(minor, currency) == text


@pytest.mark.parametrize(
    ("plain", "text"),
    [("31", "31"), ("123456789012345678901234567890", "123,456,789,012,345,678,901,234,567,890")],
)
def test_quantity(plain: str, text: str) -> None:
    assert figures.quantity(plain) == text


@pytest.mark.parametrize(("rate", "text"), [("0.1", "10%"), ("0.08", "8%"), ("0.075", "7.5%")])
def test_percent(rate: str, text: str) -> None:
    assert figures.percent(rate) == text


@pytest.mark.parametrize(
    ("language", "day", "month"),
    [("ja", "2026年11月2日", "2026年11月"), ("en", "2 November 2026", "November 2026")],
)
def test_days_and_months(language: str, day: str, month: str) -> None:
    assert figures.day("2026-11-02", language) == day
    assert figures.month("2026-11", language) == month


def test_every_unit_of_the_catalogue_has_a_word() -> None:
    with (settings.BASE_DIR / "catalog" / "items.toml").open("rb") as file:
        units = {item["unit"] for item in tomllib.load(file)["item"]}
    for words in WORDS.values():
        assert not [unit for unit in units if not {unit, f"unit_{unit}"} & set(words)]
    assert [unit("each", WORDS["ja"]), unit("amount", WORDS["ja"])] == ["個", ""]
