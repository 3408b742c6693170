"""Tax once per rate: rules Q34 to Q38, and what holds for any lines."""

import math
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_portal.common.money import Currency, Rounding, rounded, to_minor
from invoices.rating.taxes import (
    MissingTaxRate,
    Net,
    TaxGroup,
    TaxRow,
    TaxTable,
    differences,
    state,
    state_groups,
)

JAPAN = TaxTable(
    TaxRow("JP", category, date.fromisoformat(since), Decimal(rate))
    for category, since, rate in (
        ("standard", "2019-10-01", "0.1"),
        ("standard", "1997-04-01", "0.05"),
        ("standard", "2014-04-01", "0.08"),
        ("reduced", "2019-10-01", "0.08"),
    )
)
GROUPS = st.sampled_from(
    [
        TaxGroup("standard", Decimal("0.1")),
        TaxGroup("standard", Decimal("0.08")),
        TaxGroup("reduced", Decimal("0.08")),
        TaxGroup("out_of_scope", Decimal(0)),
    ]
)
AMOUNTS = st.decimals("-99999999", "99999999", places=24)


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        ("1997-04-01", "0.05"),
        ("2014-03-31", "0.05"),
        ("2014-04-01", "0.08"),
        ("2019-09-30", "0.08"),
        ("2019-10-01", "0.1"),
        ("2026-10-01", "0.1"),
    ],
)
def test_the_rate_is_the_one_of_the_day(day: str, rate: str) -> None:
    assert JAPAN.rate("JP", "standard", date.fromisoformat(day)) == Decimal(rate)


@pytest.mark.parametrize(
    ("country", "category", "day"),
    [
        ("JP", "reduced", date(2019, 9, 30)),
        ("JP", "standard", date(1997, 3, 31)),
        ("US", "standard", date(2026, 10, 1)),
    ],
)
def test_a_missing_rate_says_what_is_missing(country: str, category: str, day: date) -> None:
    with pytest.raises(MissingTaxRate, match=f"{category} tax rate of {country}.*{day}"):
        JAPAN.rate(country, category, day)


def test_one_document_carries_the_rates_of_several_days() -> None:
    nets = [
        Net("out_of_scope", date(2026, 10, 1), Decimal("7")),
        Net("standard", date(2019, 9, 30), Decimal("100")),
        Net("reduced", date(2019, 10, 1), Decimal("100")),
        Net("standard", date(2019, 10, 1), Decimal("60")),
        Net("standard", date(2019, 10, 31), Decimal("40")),
    ]
    statement = state(nets, country="JP", table=JAPAN, currency=Currency.JPY, rounding=Rounding.UP)
    assert [(r.category, str(r.rate), r.gross_minor) for r in statement.rates] == [
        ("standard", "0.1", 110),
        ("standard", "0.08", 108),
        ("reduced", "0.08", 108),
        ("out_of_scope", "0", 7),
    ]


def test_a_document_without_lines_states_nothing() -> None:
    statement = state_groups([], currency=Currency.JPY, rounding=Rounding.UP)
    assert (statement.rates, statement.gross_minor) == ((), 0)


@pytest.mark.parametrize("rate", ["10", "1", "-0.1"])
def test_a_rate_that_is_no_fraction_is_refused(rate: str) -> None:
    lines = [(TaxGroup("standard", Decimal(rate)), Decimal(100))]
    with pytest.raises(ValueError, match="write ten per cent"):
        state_groups(lines, currency=Currency.JPY, rounding=Rounding.UP)


@given(
    lines=st.lists(st.tuples(GROUPS, AMOUNTS), max_size=12),
    currency=st.sampled_from(Currency),
    rounding=st.sampled_from(Rounding),
)
def test_printed_lines_and_differences_add_up_to_what_is_stated(
    lines: list[tuple[TaxGroup, Decimal]], currency: Currency, rounding: Rounding
) -> None:
    statement = state_groups(lines, currency=currency, rounding=rounding)
    printed = [(group, to_minor(amount, currency, rounding)) for group, amount in lines]
    left = differences(statement, printed)
    for rate in statement.rates:
        of_rate = [minor for group, minor in printed if group == rate.group]
        assert sum(of_rate) + left.get(rate.group, 0) == rate.net_minor
        assert rate.gross_minor - rate.tax_minor == rate.net_minor
    assert 0 not in left.values()
    assert statement.gross_minor == sum(rate.gross_minor for rate in statement.rates)
    assert statement.gross_minor - statement.tax_minor == statement.net_minor


@given(
    lines=st.lists(st.tuples(GROUPS, AMOUNTS), min_size=1, max_size=12),
    rounding=st.sampled_from(Rounding),
)
def test_the_order_of_the_lines_changes_nothing(
    lines: list[tuple[TaxGroup, Decimal]], rounding: Rounding
) -> None:
    forth = state_groups(lines, currency=Currency.JPY, rounding=rounding)
    assert forth == state_groups(lines[::-1], currency=Currency.JPY, rounding=rounding)


@given(net=st.decimals("-99999999", "99999999", places=6), rounding=st.sampled_from(Rounding))
def test_at_ten_per_cent_the_tax_is_that_of_the_net(net: Decimal, rounding: Rounding) -> None:
    lines = [(TaxGroup("standard", Decimal("0.1")), net)]
    statement = state_groups(lines, currency=Currency.JPY, rounding=rounding)
    assert statement.tax_minor == to_minor(net / 10, Currency.JPY, rounding)


@given(numerator=st.integers(), denominator=st.integers(min_value=1))
def test_a_fraction_is_rounded_as_itself(numerator: int, denominator: int) -> None:
    fraction = Fraction(numerator, denominator)
    half = math.floor(abs(fraction) + Fraction(1, 2))
    assert rounded(numerator, denominator, Rounding.UP) == math.ceil(fraction)
    assert rounded(numerator, denominator, Rounding.DOWN) == math.floor(fraction)
    assert rounded(numerator, denominator, Rounding.HALF_UP) == (half if fraction > 0 else -half)
