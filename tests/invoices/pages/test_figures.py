"""How figures, months and days are written, in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override

from billing_portal.common.parts import figures
from billing_portal.common.periods import Month


@pytest.mark.parametrize(
    ("language", "minor", "currency", "text"),
    [
        ("en", 1234567, "JPY", "¥1,234,567"),
        ("en", 123456, "USD", "$1,234.56"),
        ("en", 5, "USD", "$0.05"),
        ("en", -1234, "JPY", "-¥1,234"),
        ("en", 0, "JPY", "¥0"),
        ("en", None, "JPY", "–"),
        ("ja", 1234567, "JPY", "￥1,234,567"),
        ("ja", 123456, "USD", "$1,234.56"),
        ("fr", 123456, "USD", "$1,234.56"),
    ],
)
def test_money(language: str, minor: int | None, currency: str, text: str) -> None:
    with override(language):
        assert figures.money_text(minor, currency) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("1234567.500", "1,234,567.5"),
        ("-0.5", "-0.5"),
        ("-1234.25", "-1,234.25"),
        ("1E+3", "1,000"),
        ("0.000000000000000000000001", "0.000000000000000000000001"),
        ("99999999999999.123456789012345678901234", "99,999,999,999,999.123456789012345678901234"),
    ],
)
def test_exact_amounts_keep_every_digit(amount: str, text: str) -> None:
    assert figures.plain(Decimal(amount)) == text


def test_decimals_stand_in_a_box_as_wide_as_the_longest() -> None:
    amounts = [Decimal("1.25"), Decimal("1000"), Decimal("0.0001")]
    places = figures.places_of(amounts)
    assert places == 4
    assert 'class="fraction places-4">.25<' in figures.figure(amounts[0], places)
    assert 'class="fraction places-4"></span>' in figures.figure(amounts[1], places)
    assert "fraction" not in figures.figure(amounts[1], 0)


@pytest.mark.parametrize(
    ("language", "month", "day", "instant"),
    [
        ("en", "October 2026", "20 November 2026", "20 November 2026, 14:05 UTC"),
        ("ja", "2026年10月", "2026年11月20日", "2026年11月20日 14:05(UTC)"),
    ],
)
def test_months_days_and_instants(language: str, month: str, day: str, instant: str) -> None:
    with override(language):
        assert figures.month_name(Month(2026, 10)) == month
        assert figures.day(date(2026, 11, 20)) == day
        assert figures.instant(datetime(2026, 11, 20, 14, 5, tzinfo=UTC)) == instant
